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
package compose
