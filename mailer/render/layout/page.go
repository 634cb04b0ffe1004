package layout

// Page is what a mail says, in the order it says it, jobs aside. Templates see its fields; everything
// in it is plain text in the reader's language, and URLs are http or https.
type Page struct {
	Kind, Lang         string
	Subject, Preheader string
	Product, Home      string // the head of the mail and where it leads
	Heading            string
	Intro              []string // paragraphs
	Button             *Button  // nil for none
	Outro              []string
	AlertsTitle        string
	Alerts             []Alert
	JobsTitle          string
	More               string // how many jobs are not shown; empty for none
	MoreURL            string // where they are; may be empty
	Reason             string // why the reader gets this mail
	Foot               []Link
	Address            []string // lines
	Colon              string   // as the language writes it
}

// Link is words that lead somewhere.
type Link struct{ Text, URL string }

// Button is the one thing the reader is asked to do. Its URL is also written out in full under Copy,
// for programs that swallow buttons.
type Button struct {
	Link
	Until, Copy string
}

// Alert is an alert in words.
type Alert struct {
	Name, Cadence, Next string
	Filter              []string
}

// Job is a posting in words, the same for every reader of a language.
type Job struct {
	Title, URL, View string
	Employer         string // company and place
	Pay              string
	Facts            []string
	Fine             []string // small print: when posted, where else, whose
}

// Why is the reason a job is shown to this reader, and the words before it.
type Why struct{ Label, Text string }
