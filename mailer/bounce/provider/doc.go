// Package provider reads what mail providers report over HTTP of mails they could not deliver: Amazon
// SES through SNS, SendGrid, Postmark, Mailgun, and anything else that can sign a call.
//
// A call is believed when it proves who sent it, in the way of its provider; what that was is not
// kept, but the effect of everything in the call is, before it is answered.
//
// # Decisions
//
// Every provider sends again what was not answered with 2xx, up to a day later, and may sign anew
// or not. So a signed time may be 25 hours old. What is then told twice does no harm: a suppression is
// there or not, and a day with a bounce is counted once.
//
// A provider's word that an address is dead is weighed with what the refusing host said: a full mailbox
// or a blocked sender is Soft, whoever calls it permanent.
//
// SES: the certificate of a signature is fetched from the one host that can have it, sns.REGION.amazonaws.com
// of a topic that the operator has listed, at most one new one every ten seconds; its URL must name that host,
// and redirects are not followed. A subscription is confirmed by a URL that is made here from the topic
// and the token: SubscribeURL is never followed. Signatures of version 1 (SHA-1) are accepted because they
// are what SNS makes unless told otherwise, and to forge one takes a second preimage.
//
// Mailgun signs a time and a token, but not the body: whoever overhears a call could use its signature
// for another. So a token is bound to the first body it comes with.
//
// Postmark does not sign: it knows a user and a password, which travel with each call.
//
// The generic provider's signature is checked by whoever makes the Reader, since the same check guards
// the signup hook. Its raw mails are anybody's words that were merely passed on: they need a ticket.
package provider
