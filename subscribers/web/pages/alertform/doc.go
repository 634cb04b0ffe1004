// Package alertform is the form of one alert: what it shows, how it is read, what is wrong with it.
//
// The fields are named by the paths of the API's JSON (filter.salary_min.amount), so that a fault is
// shown beside its field without a table between them.
//
// # Decisions
//
// The form has a line at its top that says the whole filter in words (package wish). Line and fields
// edit the same filter: whichever differs from what was shown has been edited, and counts; the line
// where both do.
package alertform
