package outbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"jobalertd/mailer"
)

// The fields of a letter, in protocol buffers' wire format. A number is never given to another field.
const (
	fieldID protowire.Number = iota + 1
	fieldKind
	fieldSubscriber
	fieldAlert
	fieldPosting // one for each
	fieldMore
	fieldAfter
	fieldUpto
	fieldProposal
	fieldOwed // in nanoseconds since 1970, as News
	fieldNews
	fieldAttempt
	fieldDoubts
)

// Encode is a letter as the scripts of other rooms put it into the outbox.
func Encode(l mailer.Letter) string {
	const usual = 64 // of a letter without postings, in bytes
	size := usual + len(l.Alert) + len(l.Proposal)
	for _, p := range l.Postings {
		size += len(p) + 2
	}
	b := make([]byte, 0, size)
	text := func(n protowire.Number, v string) {
		if v != "" {
			b = protowire.AppendString(protowire.AppendTag(b, n, protowire.BytesType), v)
		}
	}
	number := func(n protowire.Number, v uint64) {
		if v != 0 {
			b = protowire.AppendVarint(protowire.AppendTag(b, n, protowire.VarintType), v)
		}
	}
	moment := func(n protowire.Number, v time.Time) {
		if !v.IsZero() {
			number(n, uint64(v.UnixNano()))
		}
	}
	text(fieldID, l.ID)
	text(fieldKind, string(l.Kind))
	text(fieldSubscriber, l.Subscriber)
	text(fieldAlert, l.Alert)
	for _, p := range l.Postings {
		b = protowire.AppendString(protowire.AppendTag(b, fieldPosting, protowire.BytesType), p)
	}
	number(fieldMore, uint64(l.More))
	number(fieldAfter, l.After)
	number(fieldUpto, l.Upto)
	text(fieldProposal, l.Proposal)
	moment(fieldOwed, l.Owed)
	moment(fieldNews, l.News)
	number(fieldAttempt, uint64(l.Attempt))
	number(fieldDoubts, uint64(l.Doubts))
	return string(b)
}

// Decode reads what Encode has written, or an earlier program, which wrote JSON. Fields of a later one are
// passed over. The letter shares the memory of the text.
func Decode(text string) (mailer.Letter, error) {
	var l mailer.Letter
	if strings.HasPrefix(text, "{") {
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			return mailer.Letter{}, fmt.Errorf("decoding a letter: %w", err)
		}
		return l, nil
	}
	for in := []byte(text); len(in) > 0; {
		n, kind, size := protowire.ConsumeTag(in)
		if size >= 0 {
			in = in[size:]
			size = protowire.ConsumeFieldValue(n, kind, in)
		}
		if size < 0 {
			return mailer.Letter{}, fmt.Errorf("decoding a letter: %w", protowire.ParseError(size))
		}
		switch kind {
		case protowire.BytesType:
			v, _ := protowire.ConsumeBytes(in)
			end := len(text) - len(in) + size
			setText(&l, n, text[end-len(v):end])
		case protowire.VarintType:
			v, _ := protowire.ConsumeVarint(in)
			setNumber(&l, n, v)
		}
		in = in[size:]
	}
	if l.ID == "" || l.Kind == "" {
		return mailer.Letter{}, fmt.Errorf("decoding a letter: it has no id or kind")
	}
	return l, nil
}

func setText(l *mailer.Letter, n protowire.Number, v string) {
	switch n {
	case fieldID:
		l.ID = v
	case fieldKind:
		l.Kind = mailer.Kind(v)
	case fieldSubscriber:
		l.Subscriber = v
	case fieldAlert:
		l.Alert = v
	case fieldPosting:
		if l.Postings == nil {
			const usual = 10
			l.Postings = make([]string, 0, usual)
		}
		l.Postings = append(l.Postings, v)
	case fieldProposal:
		l.Proposal = v
	}
}

func setNumber(l *mailer.Letter, n protowire.Number, v uint64) {
	switch n {
	case fieldMore:
		l.More = int(v)
	case fieldAfter:
		l.After = v
	case fieldUpto:
		l.Upto = v
	case fieldOwed:
		l.Owed = time.Unix(0, int64(v)).UTC()
	case fieldNews:
		l.News = time.Unix(0, int64(v)).UTC()
	case fieldAttempt:
		l.Attempt = int(v)
	case fieldDoubts:
		l.Doubts = int(v)
	}
}
