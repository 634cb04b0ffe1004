package outbox

import (
	"fmt"
	"strconv"
	"strings"

	"jobalertd/mailer"
)

// lane is one of the streams of a shard. The first one is emptied before the next is looked at.
type lane int

const (
	laneNow  lane = iota // answers to what somebody has just done: they wait for it
	laneSoon             // instant alerts
	laneBulk             // digests; it also holds what a program without lanes has put in
	lanes
)

func laneOf(kind mailer.Kind) lane {
	switch {
	case !kind.Bulk():
		return laneNow
	case kind == mailer.KindAlert:
		return laneSoon
	}
	return laneBulk
}

// suffix is what the names of the lane's keys end in.
func (l lane) suffix() string {
	switch l {
	case laneNow:
		return ":now"
	case laneSoon:
		return ":soon"
	}
	return ""
}

// stream is the number of one lane of one shard: those of the first lane come first.
type stream int

func (o *Outbox) stream(shard int, l lane) stream { return stream(int(l)*o.cfg.Shards + shard) }

func (o *Outbox) streams() []stream {
	all := make([]stream, int(lanes)*o.cfg.Shards)
	for i := range all {
		all[i] = stream(i)
	}
	return all
}

func (o *Outbox) shard(s stream) int { return int(s) % o.cfg.Shards }
func (o *Outbox) lane(s stream) lane { return lane(int(s) / o.cfg.Shards) }

func (o *Outbox) key(s stream) string   { return streamKey(o.shard(s), o.lane(s)) }
func (o *Outbox) retry(s stream) string { return retryKey(o.shard(s), o.lane(s)) }

// receipt names a claim: the stream's number and the entry.
func receipt(s stream, entry string) string { return strconv.Itoa(int(s)) + "/" + entry }

// parseName takes apart a number and an entry: a stream's in a receipt, a shard's in a Record.
func parseName(name string) (number int, entry string, err error) {
	text, entry, found := strings.Cut(name, "/")
	number, err = strconv.Atoi(text)
	if err != nil || !found || number < 0 {
		return 0, "", fmt.Errorf("%q is not a name of this outbox", name)
	}
	return number, entry, nil
}
