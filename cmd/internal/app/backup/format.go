package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

// Format is the version of backups that this program writes. It reads this one and all before it.
const Format = 1

// What can be wrong with a backup.
var (
	// ErrFormat: it is no backup, or one of a newer version.
	ErrFormat = errors.New("not a backup that this version of jobalertd can read")
	// ErrDamaged: it ends too early, or something in it was changed.
	ErrDamaged = errors.New("the backup is damaged")
)

// header is the first line.
type header struct {
	Format int       `json:"jobalert_backup"`
	At     time.Time `json:"at"`
}

// item is one key, or a part of one: the parts of a key are joined.
type item struct {
	Key  string `json:"key"`
	Type string `json:"type"`
	// Values is what the key holds, flat: field and value of a hash, member and score of a sorted set.
	Values [][]byte `json:"values,omitempty"`
	// Entries are those of a stream.
	Entries []entry `json:"entries,omitempty"`
}

// entry is one entry of a stream.
type entry struct {
	ID     string   `json:"id"`
	Values [][]byte `json:"values"`
}

// footer is the last line.
type footer struct {
	Lines int `json:"lines"` // all but this one
	// SHA256 is the checksum of all lines but this one, with their line ends.
	SHA256 string `json:"sha256"`
}

// writer writes lines and sums them up.
type writer struct {
	out   *bufio.Writer
	sum   hash.Hash
	lines int
}

func newWriter(out io.Writer) *writer {
	return &writer{out: bufio.NewWriterSize(out, 1<<20), sum: sha256.New()}
}

func (w *writer) line(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	data = append(data, '\n')
	w.lines++
	w.sum.Write(data)
	_, err = w.out.Write(data)
	return err
}

func (w *writer) end() error {
	last := footer{Lines: w.lines, SHA256: hex.EncodeToString(w.sum.Sum(nil))}
	if err := w.line(last); err != nil {
		return err
	}
	return w.out.Flush()
}

// maxLine is the longest line of a backup that is read, in bytes.
const maxLine = 256 << 20

// read hands the items of a backup to visit, with the number of the line. It returns the header, and
// ErrDamaged where the end does not fit what came before.
func read(in io.Reader, visit func(line int, i item) error) (header, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<20), maxLine)
	var head header
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &head) != nil || head.Format < 1 || head.Format > Format {
		return head, errors.Join(ErrFormat, lines.Err())
	}
	sum, n := sha256.New(), 1
	add := func(line []byte) {
		sum.Write(line)
		sum.Write([]byte{'\n'})
	}
	add(lines.Bytes())
	for lines.Scan() {
		var l struct {
			item
			footer
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return head, fmt.Errorf("%w: line %d: %w", ErrDamaged, n+1, err)
		}
		if l.SHA256 != "" {
			if l.Lines != n || l.SHA256 != hex.EncodeToString(sum.Sum(nil)) || lines.Scan() {
				return head, fmt.Errorf("%w: its checksum does not fit", ErrDamaged)
			}
			return head, lines.Err()
		}
		add(lines.Bytes())
		n++
		if err := visit(n, l.item); err != nil {
			return head, err
		}
	}
	return head, errors.Join(fmt.Errorf("%w: it ends after line %d without its last line", ErrDamaged, n), lines.Err())
}
