package render

import "time"

// locale is everything the mails say in one language. Each language is one file, and lists itself
// in locales.
type locale struct {
	tag     string // BCP 47
	wording wordings

	day    func(time.Time) string // Tuesday, 24 November 2026
	date   func(time.Time) string // 24 November
	moment func(time.Time) string // Wednesday, 25 November at 08:00

	job          func(title, company string) string // in a subject
	viewJob      string                             // the words of a job's link
	posted       func(date string) string
	alsoAt       func(places []string) string
	credit       func(source string) string
	why          string // before the reason a job is shown
	unnamedJob   string
	unnamedAlert string
	next         func(moment string) string // when an alert's next mail comes
	nextAtOnce   string                     // for an instant alert

	more     func(n int) string // jobs that are not shown
	sample   string             // above the jobs of a welcome letter
	validFor func(moment string) string
	copyLink string // above a link in full

	manage                          string
	unsubscribe                     string // from what the letter is about
	unsubscribeThis, unsubscribeAll string // in news of one alert among others
	never                           string // in a letter to someone who may not have asked for it
}

// wordings are what each kind of letter says.
type wordings struct {
	confirm, welcome, alert, digest, manage, reconfirm func(topic) wording
}

// topic is what a wording is about.
type topic struct {
	product string
	site    string // where the person signed up
	alert   string // the name of the first alert
	jobs    int    // how many jobs the letter tells of, further ones included
	first   string // the first of them, with its company
	today   string // the reader's day and, in now, moment
	now     string
}

// wording is what one letter says besides its alerts and jobs.
type wording struct {
	subject   string
	preheader string // what a list of mails shows behind the subject
	heading   string
	intro     []string // paragraphs
	button    string
	outro     []string
	alerts    string // above the alerts
	reason    string // why the reader gets this mail
}

// locales lists the languages there are, the fallback first.
func locales() []*locale { return []*locale{english()} }
