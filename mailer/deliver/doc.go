// Package deliver hands mails to SMTP relays, and letters from the outbox to whoever makes mails of
// them.
//
// A Pool keeps connections to the relays, which go-mail dials, encrypts and authenticates. Send
// waits until a connection stands and only then asks for the mail, so that the caller's last look
// at whether it may be sent happens when it is sent. Everything SMTP answers becomes a
// mailer.Outcome. A Courier is the loop around it: claim letters, compose, send, and settle each
// with the outbox according to what came of it.
//
// The bound on duplicates: a letter is sent again only if its relay took it and we do not know, or
// know and could not say so to the outbox before we died. At any moment that can concern at most
// CourierConfig.Workers letters, one for each worker, of them at most RelayConfig.Window on one
// connection; and every one keeps its Message-ID.
//
// Whether a letter may be sent is looked up when it is composed, which is when a connection is ready to take
// it, and never for letters that still wait for one. Composers may look up several at a time: what was true
// then is older than the mail by those round trips to Redis only.
//
// # Relays
//
// The first relay that is not paused is used; the others stand by. A relay that cannot be reached,
// refuses us (mailer.ClassPolicy), throttles or breaks off is paused, for longer each time, and
// afterwards begins with one connection at a time. A mail that was refused for such a reason goes
// to the next relay at once.
//
// A relay's connections are opened as mails need them: an idle one is used first, then a new one is
// made, and only when there are as many as allowed do mails share one. So one number, the rate, is
// enough: as many are open as that rate and the relay's slowness ask for.
//
// # Decisions
//
// Mails to a domain that gets enough already are put off by the outbox instead of waiting here:
// waiting ones would fill the places that others could use. The composer knows whose domain it is as soon
// as it has read the person, and asks then (Admit), so that no mail is written in vain.
//
// Letters are claimed when half of those that wait their turn are gone, and not whenever one is: a claim of
// sixteen costs hardly more than a claim of one, and until then nobody is out of work.
//
// The memory of a mail is given back when the relay has answered (mailer.Message.Free): at 30 kB each it is
// the most of what a letter takes.
//
// A relay that cannot be reached is never the letter's outcome. While no relay is open Send waits,
// so that letters stay where they are, their attempts are not used up, and nobody's 48 hours run
// out because of a wrong password.
//
// A letter that was sent keeps its worker until the outbox has heard of it; that is the bound on duplicates. One
// that no relay can have is put aside while the outbox does not answer: in a Cluster it may be the shards of
// one dead master, and the worker is needed for the letters of the others.
//
// A policy refusal of one recipient pauses the relay, as one of all of them does, but does not send
// the mail to the next relay: it may be the receiver's doing, and then no relay would help. One such
// receiver costs the relay Cooldown now and then; a relay that has turned on us is left alone for
// twice as long each time.
//
// The context of Send ends the waiting, not the transaction: a mail under way gets Config.Grace to
// reach its reply, since cutting it off behind the final dot would leave it in doubt.
package deliver
