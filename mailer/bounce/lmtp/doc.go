// Package lmtp takes in the mails that come back to us, from a mail server on the same network
// (RFC 2033): bounces and feedback at bounce+TICKET@, and wishes to leave at unsubscribe+TOKEN@, the mail
// form of List-Unsubscribe (RFC 2369 §3.2). Any other recipient is refused.
//
// A recipient is answered with 250 when the effect of the mail is kept, and with 451 when it could not
// be: the mail server keeps the mail then, and tries again.
//
// # Decisions
//
// Recipients are checked when they are named: what we did not sign is refused before a mail is sent, so
// that spam to guessed addresses costs nothing and no mail server has to bounce it.
//
// What a mail to the unsubscribe address says does not matter, as RFC 2369 gives it no form: the address
// is signed and went to one person. Only a mail without a sender is nobody's wish.
//
// A mail may be larger than what is read of it (bounce.MaxSize): a bounce that holds a large mail
// of ours is still a bounce.
//
// go-smtp renews its deadline with every command, so connections are also bounded in number and age.
package lmtp
