// Package pages is the side of the public listener that people see. It puts the journeys together:
// coming in (join), looking after a subscription (manage), and what an alert has found (jobs), on what
// they share: layout, languages and texts (shell) and the form of an alert (alertform).
//
// The pages are rendered here, need no JavaScript, no account and no cookie, and load nothing else. A
// link's token is the only key. GET and HEAD change nothing, so that a mail scanner may open every
// link; what changes something is a button.
package pages
