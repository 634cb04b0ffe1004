package bounce

// Reason is one word for why a mail came back.
type Reason string

// The reasons. Only the first four can make a verdict Hard; those from Abuse on are no bounces.
const (
	UserUnknown Reason = "user_unknown" // no such mailbox
	HostUnknown Reason = "host_unknown" // no such domain
	NoMail      Reason = "no_mail"      // the domain takes no mail: RFC 7504, RFC 7505
	Moved       Reason = "moved"        // the person has left for another address
	Filtered    Reason = "filtered"     // refused on sight of the mail, though in the words of "no such user"
	Disabled    Reason = "disabled"     // the mailbox exists and is switched off
	MailboxFull Reason = "mailbox_full" // over quota
	TooBig      Reason = "too_big"      // the mail is
	Greylisted  Reason = "greylisted"   // come again later
	RateLimited Reason = "rate_limited" // we send too much
	Spam        Reason = "spam"         // taken for spam or worse
	Blocked     Reason = "blocked"      // our host or network is on a list
	AuthFailure Reason = "auth_failure" // SPF, DKIM, DMARC
	Relaying    Reason = "relaying"     // the host does not think the domain its own
	Sender      Reason = "sender"       // the sender's address is refused: ours
	Policy      Reason = "policy"       // refused by rule
	Content     Reason = "content"      // the mail is malformed in its eyes
	Protocol    Reason = "protocol"     // it did not understand us
	Expired     Reason = "expired"      // given up after many attempts
	Network     Reason = "network"      // no connection, no answer from DNS
	System      Reason = "system"       // trouble at the receiving host
	Loop        Reason = "loop"         // forwarded in a circle
	Other       Reason = "other"        // refused, and nothing tells why
	Delayed     Reason = "delayed"      // still being tried
	Abuse       Reason = "abuse"        // marked as spam by the person
	OptOut      Reason = "opt_out"      // asks us to stop
	AuthReport  Reason = "auth_report"  // a receiver reports failed authentication (RFC 6591)
	NotSpam     Reason = "not_spam"     // taken out of the spam folder
	AutoReply   Reason = "auto_reply"   // on vacation, or a receipt
	Delivered   Reason = "delivered"    // a report of success
	NotABounce  Reason = "not_a_bounce" // any other mail
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		UserUnknown, HostUnknown, NoMail, Moved, Filtered, Disabled, MailboxFull, TooBig, Greylisted, RateLimited,
		Spam, Blocked, AuthFailure, Relaying, Sender, Policy, Content, Protocol, Expired, Network, System, Loop, Other,
		Delayed, Abuse, OptOut, AuthReport, NotSpam, AutoReply, Delivered, NotABounce,
	}
}
