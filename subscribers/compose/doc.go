// Package compose turns an owed letter into a mail at the moment it is sent: it looks again whether
// it may go at all, looks up what it shows, and makes the personal links. It implements
// deliver.Composer.
//
// What has changed since the letter was owed counts: who has left, paused, or must not be written to
// gets nothing, and a posting that has closed, or that the person's filter does not match any more,
// drops out. A letter with nothing left to tell is dropped.
//
// # Decisions
//
// This room is not in the first design: making a mail needs the person, the postings and the links
// at once, and neither mailer nor alerts may know the person.
//
// Decoding ten jobs, preparing them for the filter and putting them into words was nearly half of what
// a digest costs, and is the same for everybody. So it is kept (offer.go), bounded, for as long as the
// posting log, which is asked at the moment of sending, tells of no change: a posting that was edited or
// closed a moment ago is never told of as it was. The in-memory window of open postings would do as well,
// but it can be ahead of a Redis that failed over and has lost what it acknowledged.
//
// Letters that are sent at the same time are looked up together (package together): whom they are for and what
// the log says in one round trip, which of them are suppressed in the next. Nothing is looked up before a
// connection is ready to take the letter, so that what was true then is at most those two round trips, and
// those of the letters before, older than the mail. Letters without jobs do not ask the log: it may be away while
// those who wait for an answer need not.
package compose
