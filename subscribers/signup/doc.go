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
package signup
