package record

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"jobalertd/subscribers"
)

type wireNumber = protowire.Number

// coder writes fields to out or, when reading, reads them from in. Fields are passed in the rising
// order of their numbers, so reading never has to look back. After a fault it does nothing more.
type coder struct {
	reading bool
	outline bool // what DecodeOutline leaves out is passed over
	out, in []byte
	since   time.Time  // what times are told from; 1970 where it is zero
	last    wireNumber // the highest number asked for
	err     error
}

func (c *coder) failed(err error) {
	if c.err == nil && err != nil {
		c.err = fmt.Errorf("%w: field %d: %w", ErrDamaged, c.last, err)
	}
}

// end says what is wrong with what was read, fields that are left over included.
func (c *coder) end() error {
	if c.err != nil || len(c.in) == 0 {
		return c.err
	}
	n, _, size := protowire.ConsumeTag(c.in)
	if size < 0 || n <= c.last {
		return fmt.Errorf("%w: after field %d", ErrDamaged, c.last)
	}
	return fmt.Errorf("field %d: %w", n, ErrNewer)
}

// next reports whether the field that comes next has number n, and takes its tag.
func (c *coder) next(n wireNumber) (protowire.Type, bool) {
	c.last = n
	if c.err != nil || len(c.in) == 0 {
		return 0, false
	}
	found, kind, size := protowire.ConsumeTag(c.in)
	if size < 0 {
		c.failed(protowire.ParseError(size))
		return 0, false
	}
	if found != n {
		return 0, false
	}
	c.in = c.in[size:]
	return kind, true
}

func (c *coder) takeVarint() uint64 {
	v, size := protowire.ConsumeVarint(c.in)
	if !c.advance(size) {
		return 0
	}
	return v
}

func (c *coder) takeFixed64() uint64 {
	v, size := protowire.ConsumeFixed64(c.in)
	if !c.advance(size) {
		return 0
	}
	return v
}

func (c *coder) takeBytes() []byte {
	v, size := protowire.ConsumeBytes(c.in)
	if !c.advance(size) {
		return nil
	}
	return v
}

func (c *coder) advance(size int) bool {
	if size < 0 {
		c.failed(protowire.ParseError(size))
		return false
	}
	c.in = c.in[size:]
	return true
}

func (c *coder) wrongType(kind protowire.Type) { c.failed(fmt.Errorf("wire type %d", kind)) }

func (c *coder) putVarint(n wireNumber, v uint64) {
	c.out = protowire.AppendVarint(protowire.AppendTag(c.out, n, protowire.VarintType), v)
}

func (c *coder) putBytes(n wireNumber, v []byte) {
	c.out = protowire.AppendBytes(protowire.AppendTag(c.out, n, protowire.BytesType), v)
}

// putText writes a text: as its number where words.txt has it, and what has the form of an id in eight
// bytes.
func (c *coder) putText(n wireNumber, v string) {
	if i, known := words().number[v]; known {
		c.putVarint(n, i)
		return
	}
	if raw, ok := subscribers.ID(v).Bytes(); ok {
		c.out = protowire.AppendFixed64(protowire.AppendTag(c.out, n, protowire.Fixed64Type), binary.BigEndian.Uint64(raw[:]))
		return
	}
	c.out = protowire.AppendString(protowire.AppendTag(c.out, n, protowire.BytesType), v)
}

func (c *coder) takeText(kind protowire.Type) string {
	switch kind {
	case protowire.BytesType:
		return string(c.takeBytes())
	case protowire.VarintType:
		i, known := c.takeVarint(), words().text
		if i < uint64(len(known)) {
			return known[i]
		}
		if c.err == nil {
			c.err = fmt.Errorf("field %d: word %d: %w", c.last, i, ErrNewer)
		}
	case protowire.Fixed64Type:
		return string(subscribers.IDOf([8]byte(binary.BigEndian.AppendUint64(nil, c.takeFixed64()))))
	default:
		c.wrongType(kind)
	}
	return ""
}

// text is a text field.
func text[T ~string](c *coder, n wireNumber, v *T) {
	if !c.reading {
		if *v != "" {
			c.putText(n, string(*v))
		}
		return
	}
	if kind, found := c.next(n); found {
		*v = T(c.takeText(kind))
	}
}

// detail is a text field that an outline leaves out.
func detail[T ~string](c *coder, n wireNumber, v *T) {
	if !c.outline {
		text(c, n, v)
		return
	}
	if kind, found := c.next(n); found {
		c.passText(kind)
	}
}

// passText is takeText for a text that nobody wants: it refuses what that refuses.
func (c *coder) passText(kind protowire.Type) {
	if kind == protowire.VarintType {
		c.takeText(kind)
	} else if size := protowire.ConsumeFieldValue(c.last, kind, c.in); kind == protowire.BytesType || kind == protowire.Fixed64Type {
		c.advance(size)
	} else {
		c.wrongType(kind)
	}
}

// texts is a field for each text of a list.
func texts[T ~string](c *coder, n wireNumber, v *[]T) {
	if !c.reading {
		for _, one := range *v {
			c.putText(n, string(one))
		}
		return
	}
	if more := c.count(n); more > 0 {
		*v = slices.Grow(*v, more)
	}
	for kind, found := c.next(n); found; kind, found = c.next(n) {
		*v = append(*v, T(c.takeText(kind)))
	}
}

// count is how many fields with number n come next.
func (c *coder) count(n wireNumber) (count int) {
	for in := c.in; c.err == nil; count++ {
		found, _, size := protowire.ConsumeField(in)
		if size < 0 || found != n {
			break
		}
		in = in[size:]
	}
	return count
}

// number is a field for a whole number.
func number[N int | uint16](c *coder, n wireNumber, v *N) {
	if !c.reading {
		if *v != 0 {
			c.putVarint(n, protowire.EncodeZigZag(int64(*v)))
		}
		return
	}
	if kind, found := c.next(n); found {
		if kind != protowire.VarintType {
			c.wrongType(kind)
			return
		}
		*v = N(protowire.DecodeZigZag(c.takeVarint()))
	}
}

// moment is a field for a time, in seconds from c.since.
func (c *coder) moment(n wireNumber, v *time.Time) {
	var start int64
	if !c.since.IsZero() {
		start = c.since.Unix()
	}
	if !c.reading {
		if !v.IsZero() {
			c.putVarint(n, protowire.EncodeZigZag(v.Unix()-start))
		}
		return
	}
	if kind, found := c.next(n); found {
		if kind != protowire.VarintType {
			c.wrongType(kind)
			return
		}
		*v = time.Unix(start+protowire.DecodeZigZag(c.takeVarint()), 0).UTC()
	}
}

// maxWhole is up to where every whole number is a float64.
const maxWhole = 1 << 53

// amount is a field for a number that is nearly always whole and not negative.
func (c *coder) amount(n wireNumber, v *float64) {
	if !c.reading {
		switch {
		case *v == 0:
		case *v > 0 && *v <= maxWhole && *v == math.Trunc(*v):
			c.putVarint(n, uint64(*v))
		default:
			c.out = protowire.AppendFixed64(protowire.AppendTag(c.out, n, protowire.Fixed64Type), math.Float64bits(*v))
		}
		return
	}
	kind, found := c.next(n)
	switch {
	case !found:
	case kind == protowire.VarintType:
		*v = float64(c.takeVarint())
	case kind == protowire.Fixed64Type:
		*v = math.Float64frombits(c.takeFixed64())
	default:
		c.wrongType(kind)
	}
}

// inner runs fields on a part of its own: what it writes is returned, or it reads data.
func inner[T any](c *coder, v *T, fields func(*coder, *T), data []byte) []byte {
	whole := *c
	// The coder itself goes on with the part: a new one for each would be a good share of the work of reading.
	c.out, c.in, c.last, c.err = nil, data, 0, nil
	fields(c, v)
	written, err := c.out, c.end()
	*c = whole
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("field %d: %w", c.last, err)
	}
	return written
}

// part is a field for a struct, left out where nothing in it is set.
func part[T any](c *coder, n wireNumber, v *T, fields func(*coder, *T)) {
	if !c.reading {
		if data := inner(c, v, fields, nil); len(data) > 0 {
			c.putBytes(n, data)
		}
		return
	}
	if data, found := c.nextPart(n); found {
		inner(c, v, fields, data)
	}
}

// pointer is a field for a struct that may be missing.
func pointer[T any](c *coder, n wireNumber, v **T, fields func(*coder, *T)) {
	if !c.reading {
		if *v != nil {
			c.putBytes(n, inner(c, *v, fields, nil))
		}
		return
	}
	if data, found := c.nextPart(n); found {
		*v = new(T)
		inner(c, *v, fields, data)
	}
}

// list is a field for each struct of a list.
func list[T any](c *coder, n wireNumber, v *[]T, fields func(*coder, *T)) {
	if !c.reading {
		for i := range *v {
			c.putBytes(n, inner(c, &(*v)[i], fields, nil))
		}
		return
	}
	if more := c.count(n); more > 0 {
		*v = slices.Grow(*v, more)
	}
	for data, found := c.nextPart(n); found; data, found = c.nextPart(n) {
		*v = append(*v, *new(T))
		inner(c, &(*v)[len(*v)-1], fields, data)
	}
}

func (c *coder) nextPart(n wireNumber) ([]byte, bool) {
	kind, found := c.next(n)
	if !found {
		return nil, false
	}
	if kind != protowire.BytesType {
		c.wrongType(kind)
		return nil, false
	}
	return c.takeBytes(), c.err == nil
}
