package bounce

import "strings"

// Refusal is what somebody who has read a bounce for us, such as a mail provider, tells of it.
type Refusal struct {
	Recipient string
	// Status is the enhanced status code (RFC 3463), "" where none was told.
	Status string
	// Said is what the refusing host said.
	Said string
	// Temporary tells that the next mail may arrive, whatever else is said.
	Temporary bool
}

// Judge judges a refusal by the table that mails are judged by.
func Judge(f Refusal) Report {
	e := evidence{recipient: f.Recipient, action: "failed", said: f.Said, alone: true}
	if isStatus(f.Status) {
		e.status = f.Status
	}
	if f.Temporary && !strings.HasPrefix(e.status, "4.") {
		e.status = "4.0.0"
	}
	r := judge(e)
	r.Recipient = tidy(r.Recipient)
	return r
}

// Sum is what a mail about one letter says as a whole. The letter had one recipient; where several are
// reported they are whom that person forwards to, and as long as one of them hears us the address lives.
func Sum(reports []Report) Report {
	sum := Report{Verdict: None, Reason: NotABounce}
	for i, r := range reports {
		switch {
		case r.Verdict == Complaint:
			return r
		case i == 0 || weight(r) < weight(sum):
			sum = r
		}
	}
	return sum
}

// weight orders what a bounce can say from the good to the bad.
func weight(r Report) int {
	switch r.Verdict {
	case Hard:
		return 2
	case Soft:
		return 1
	}
	return 0
}

// Strikes reports whether a Soft report for this reason counts against the address: often enough, and
// it is taken for dead. What speaks of us, of this one mail, or of a mail still under way does not.
func (r Reason) Strikes() bool {
	switch r {
	case MailboxFull, Disabled, Filtered, Expired, Network, System, Loop, Relaying, Moved, Other:
		return true
	}
	return false
}
