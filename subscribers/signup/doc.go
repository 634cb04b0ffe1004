// Package signup is what a person can do: sign up, confirm, change, pause, leave; and what can
// happen to their address. Each is one change in the store, made again from the start where somebody
// else was faster.
//
// # Decisions
//
// Whoever signs up gets the same answer, whether the address is new, known, or must not be written
// to; what differs reaches only the mailbox. A mailbox gets at most five confirmation mails a day,
// however often somebody enters its address, and a form sent twice within a minute brings one.
//
// Nor does the time it takes tell them apart: every signup sends Redis the same commands, and changes
// something there, be it only a version, so that a disk that must be waited for is waited for alike.
// What is left is the microseconds that reading a longer record takes (make bench-hook measures them),
// and the brakes of package limit leave nobody the number of tries that averaging them out needs.
//
// A change of a filter starts from now: what was posted before was judged by the old one. So does
// the end of a pause, be it by a new signup: who comes back wants news, not the backlog.
//
// The welcome mail shows samples only to who had no alerts before: others may know those jobs, or be
// about to hear of them, from an alert they have.
//
// A dead address or a complaint suppresses first and ends the subscription second: after a crash in
// between nobody is written to, and whoever reported it reports it again. A wish to leave that a
// provider passes on is no reason to suppress: the person may sign up again.
//
// Who changes their address keeps their id and their shard, and with them alerts, cursors, what they
// have heard of, consent, and every link in mails that were sent. Only the address index has the new
// address in that address's own shard. So a move is three steps, each of which can be done again: claim
// the new address in the index, change the record (and owe the notice to the former address), release
// the former one. A claim that was cut off from its record is completed, or cleared away where the person
// has erased, left or changed their mind meanwhile, by whoever meets it next. Letters name the person,
// so one that is owed meanwhile goes to the address that the record has when it is sent. The index is
// all that a new address that has alerts of its own needs to stay as it is: the claim fails, nothing is
// merged, and its owner is mailed a link to what they have.
//
// A move asks for one confirmation, from the new mailbox: the link to the manage page came from the
// former one. That one is told, with a link that ends everything. At most one move a day, so that the
// notice about each is out before the next.
//
// A bounce names the subscriber and not always the address. For a week after a move, or the wish for
// one, a report that does not name the address they have now is not held against it: else a typing
// error in a new address, or the death of the former one, would end the alerts. Leaving forgets the wish, so a
// bounce that comes in the week after it is not held against who left either, unless it names their address.
package signup
