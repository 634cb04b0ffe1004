package mailertest

import (
	"strings"
	"sync"
	"time"
)

// Verb is a step of an SMTP session at which something can go wrong.
type Verb string

// The steps. Other commands appear as the client wrote them, in upper case.
const (
	VerbConnect  Verb = "CONNECT" // in place of the greeting
	VerbEhlo     Verb = "EHLO"
	VerbStartTLS Verb = "STARTTLS"
	VerbAuth     Verb = "AUTH"
	VerbMail     Verb = "MAIL"
	VerbRcpt     Verb = "RCPT"
	VerbData     Verb = "DATA"
	VerbBdat     Verb = "BDAT" // before a chunk is looked at
	VerbDot      Verb = "."    // the end of a mail: the final dot, the last chunk
	VerbRset     Verb = "RSET"
	VerbQuit     Verb = "QUIT"
)

// Step is where a session stands.
type Step struct {
	Verb Verb
	Conn int    // which connection to the catcher, counted from 1
	From string // the sender of the transaction, "" before MAIL
	To   string // its last recipient, "" before RCPT
}

// Fault is what goes wrong at a step. The zero value is nothing. Its parts happen in this order:
// Delay, then Hang or the reply, then Close.
type Fault struct {
	// Delay is how long the answer takes.
	Delay time.Duration
	// Hang answers nothing and keeps the connection open.
	Hang bool
	// Code, Enhanced and Text are a reply in place of the right one; the command has no effect.
	Code     int
	Enhanced string
	Text     string
	// Close hangs up.
	Close bool
	// Late, at the final dot, lets the mail be taken before anything goes wrong: the client is not
	// told, or told otherwise. Without it a fault there means that the mail was not taken, unless
	// it is only slow.
	Late bool
}

// Script decides what goes wrong at a step. It may be called from many goroutines.
type Script func(Step) Fault

// At is a script in which the same thing goes wrong at every step with this verb.
func At(verb Verb, fault Fault) Script {
	return func(step Step) Fault {
		if step.Verb == verb {
			return fault
		}
		return Fault{}
	}
}

// To is the script where it concerns mail to one address.
func (s Script) To(address string) Script {
	return func(step Step) Fault {
		if strings.EqualFold(step.To, address) {
			return s(step)
		}
		return Fault{}
	}
}

// Times is the script until it has done harm n times.
func (s Script) Times(n int) Script {
	var mu sync.Mutex
	return func(step Step) Fault {
		mu.Lock()
		defer mu.Unlock()
		if n <= 0 {
			return Fault{}
		}
		fault := s(step)
		if fault != (Fault{}) {
			n--
		}
		return fault
	}
}
