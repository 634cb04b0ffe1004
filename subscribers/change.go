package subscribers

import "time"

// Change is what a person changes on the manage page. A nil part stays as it is.
type Change struct {
	Locale *string
	Zone   *string
	Alerts *[]Alert
	// RenewFeeds makes the feed links that are known so far stop working.
	RenewFeeds bool
	// Pause true pauses, until PausedUntil where that is not zero; false resumes.
	Pause       *bool
	PausedUntil time.Time
}
