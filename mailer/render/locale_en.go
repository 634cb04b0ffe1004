package render

import (
	"fmt"
	"strings"
	"time"
)

func english() *locale {
	return &locale{
		tag: "en",
		wording: wordings{
			confirm: englishConfirm, welcome: englishWelcome, alert: englishAlert,
			digest: englishDigest, manage: englishManage, reconfirm: englishReconfirm,
		},

		day:    func(t time.Time) string { return t.Format("Monday, 2 January 2006") },
		date:   func(t time.Time) string { return t.Format("2 January") },
		moment: func(t time.Time) string { return t.Format("Monday, 2 January at 15:04") },

		job:          englishJob,
		viewJob:      "View job",
		posted:       func(date string) string { return "Posted " + date },
		alsoAt:       func(places []string) string { return "Also at " + strings.Join(places, ", ") },
		credit:       func(source string) string { return "Found on " + source },
		why:          "Why this job",
		unnamedJob:   "Job without a title",
		unnamedAlert: "Your alert",
		next:         func(moment string) string { return "Next mail: " + moment },
		nextAtOnce:   "Next mail: as soon as a job matches",

		more:     func(n int) string { return englishJobs(n, "more ") },
		sample:   "Open right now",
		validFor: func(moment string) string { return "The link works until " + moment + "." },
		copyLink: "If the button does not work, open this address:",

		manage:          "Manage alerts",
		unsubscribe:     "Unsubscribe",
		unsubscribeThis: "Unsubscribe from this alert",
		unsubscribeAll:  "Unsubscribe from everything",
		never:           "Never write to me",
	}
}

func englishConfirm(t topic) wording {
	return wording{
		subject:   "Please confirm your job alerts",
		preheader: "One click, and the backend jobs you asked for come to this address.",
		heading:   "Please confirm your job alerts",
		intro: []string{
			fmt.Sprintf("Someone, hopefully you, asked at %s for backend jobs to be mailed to this address. "+
				"Confirm with one click, and %s begins to look.", t.site, t.product),
		},
		button: "Confirm my job alerts",
		outro:  []string{"If it was not you, do nothing. Without your confirmation no job alerts will come."},
		alerts: "What was asked for",
		reason: fmt.Sprintf("You get this one mail because this address was entered at %s.", t.site),
	}
}

func englishWelcome(t topic) wording {
	w := wording{
		subject:   "Thank you for subscribing to your personalised job alerts",
		preheader: "All is set. Here is what we look for, and when the next mail comes.",
		heading:   "Thank you for subscribing to your personalised job alerts",
		intro:     []string{"All is set. From now on you hear from us when a backend job matches what you asked for, and only once about each job."},
		alerts:    "What we look for",
		reason:    englishReason(t),
	}
	if t.jobs > 0 {
		w.preheader = fmt.Sprintf("All is set, and %s already open.", englishAre(t.jobs))
	}
	return w
}

func englishAlert(t topic) wording {
	w := wording{
		subject:   t.first,
		preheader: fmt.Sprintf("For “%s”, just in.", t.alert),
		heading:   fmt.Sprintf("%s for “%s”", englishJobs(t.jobs, "new "), t.alert),
		intro:     []string{"Just in, " + t.now + "."},
		reason:    englishReason(t),
	}
	if t.jobs > 1 {
		w.subject = fmt.Sprintf("%s, and %s", t.first, englishJobs(t.jobs-1, "more new "))
	}
	return w
}

func englishDigest(t topic) wording {
	w := wording{
		subject:   fmt.Sprintf("%s: %s", englishJobs(t.jobs, "new "), t.first),
		preheader: fmt.Sprintf("For “%s”, %s.", t.alert, t.today),
		heading:   fmt.Sprintf("%s for “%s”", englishJobs(t.jobs, "new "), t.alert),
		intro:     []string{t.today},
		reason:    englishReason(t),
	}
	if t.jobs > 1 {
		w.subject += " and more"
	}
	return w
}

func englishManage(t topic) wording {
	return wording{
		subject:   "Your link to your job alerts",
		preheader: "Change, pause or end your alerts.",
		heading:   "Change your job alerts",
		intro:     []string{"You asked for a fresh link. It opens the page where you change, pause or end your alerts, and where you get or erase all we hold about you."},
		button:    "Open my job alerts",
		outro:     []string{"The link is a key: whoever has it can change your alerts. Please do not pass this mail on. If you did not ask for it, you can ignore it."},
		reason:    fmt.Sprintf("You get this mail because a link was asked for at %s.", t.site),
	}
}

func englishReconfirm(t topic) wording {
	return wording{
		subject:   "Do you still want your job alerts?",
		preheader: "One click and they keep coming. Do nothing and they stop.",
		heading:   "Do you still want your job alerts?",
		intro:     []string{fmt.Sprintf("You have been with %s for a while. If you are still looking, one click keeps your alerts coming.", t.product)},
		button:    "Yes, keep them coming",
		outro:     []string{"If not, do nothing: they stop by themselves, and we thank you for your company."},
		alerts:    "Your alerts",
		reason:    englishReason(t),
	}
}

func englishReason(t topic) string {
	return fmt.Sprintf("You get this mail because you subscribed to %s at %s and confirmed it.", t.product, t.site)
}

// englishJobs counts: 1 new job, 7 more new jobs.
func englishJobs(n int, adjective string) string {
	if n == 1 {
		return "1 " + adjective + "job"
	}
	return fmt.Sprintf("%d %sjobs", n, adjective)
}

func englishAre(n int) string {
	if n == 1 {
		return "1 matching job is"
	}
	return fmt.Sprintf("%d matching jobs are", n)
}

func englishJob(title, company string) string {
	if company == "" {
		return title
	}
	return title + " at " + company
}
