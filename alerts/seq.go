package alerts

import "time"

// Seq is a posting's place in the posting log, and a cursor into it. It is the time of the commit
// in microseconds since 1970, pushed up where needed so that no two postings share one; commit
// order is reading order. Being a clock, it also answers "which postings were there at eight?".
type Seq uint64

// SeqAt is the last sequence number that a posting committed at or before t may have.
func SeqAt(t time.Time) Seq { return Seq(max(t.UnixMicro(), 0)) }

// Time is when the posting was committed, in UTC.
func (s Seq) Time() time.Time { return time.UnixMicro(int64(s)).UTC() }
