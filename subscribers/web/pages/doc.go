// Package pages is the side of the public listener that people see: sign up, confirm, manage,
// unsubscribe.
//
// The pages are rendered here, need no JavaScript and no cookie, and load nothing else. A link's
// token is the only key. GET and HEAD change nothing, so that a mail scanner may open every link;
// what changes something is a button.
//
// Every text stands in locales/, one file a language. The fields of the forms are named by the paths
// of the API's JSON (filter.salary_min.amount), so that a fault is shown beside its field without a
// table between them.
//
// # Decisions
//
// Pages with a form answer with Referrer-Policy: same-origin. With no-referrer a browser sends
// "Origin: null" with the form, and where it cannot send Sec-Fetch-Site either (plain HTTP, not on
// localhost) the cross-origin protection would refuse every form. Measured with Chromium. To other
// sites both policies send nothing.
//
// Whoever wants out is let out: a POST to an unsubscribe link counts, whatever its body is.
//
// An unsubscribe link works for ever and is forwarded with the mail, so it does not lead to the
// manage page: it offers to mail a manage link.
//
// Removing an alert on the manage page is leaving it, so the last one ends the subscription.
package pages
