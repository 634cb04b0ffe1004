package settings

import (
	"encoding"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"jobalertd/cmd/internal/config/settings/notation"
)

// setText reads text into v, a value of the field's plain type. Its error says what was expected;
// it never repeats a secret.
func setText(v reflect.Value, f field, text string) error {
	switch target := v.Addr().Interface().(type) {
	case *time.Duration:
		d, err := notation.Duration(text)
		*target = d
		return err
	case *netip.Prefix:
		p, err := notation.Prefix(text)
		*target = p
		return err
	case *File:
		target.Path = text
		return nil
	case encoding.TextUnmarshaler:
		return target.UnmarshalText([]byte(text))
	}
	return setKind(v, f, text)
}

func setKind(v reflect.Value, f field, text string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
		return nil
	case reflect.Bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		v.SetBool(text == "true")
		return nil
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a whole number%s", text, f.limitsHint())
		}
		v.SetInt(int64(n))
		return nil
	case reflect.Float64:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || x-x != 0 { // infinities and NaN
			return fmt.Errorf("%q is not a number%s", text, f.limitsHint())
		}
		v.SetFloat(x)
		return nil
	}
	return fmt.Errorf("no rule to read a %s", v.Type()) // the tests of each struct read all its keys
}

// checkLimits applies the field's enum, min and max to a value that was set.
func checkLimits(v reflect.Value, f field) error {
	if f.enum != nil && !slices.Contains(f.enum, v.String()) {
		return fmt.Errorf("%q is not one of %s%s", v.String(), strings.Join(f.enum, ", "), DidYouMean(v.String(), f.enum))
	}
	if f.min == "" && f.max == "" {
		return nil
	}
	switch value := v.Interface().(type) {
	case string:
		return checkLength(value, f)
	case Secret:
		return checkLength(value.Reveal(), f)
	case time.Duration:
		return checkRange(value, f, func(s string) time.Duration { d, _ := notation.Duration(s); return d }, notation.FormatDuration(value))
	case int:
		return checkRange(value, f, func(s string) int { n, _ := strconv.Atoi(s); return n }, strconv.Itoa(value))
	case float64:
		return checkRange(value, f, func(s string) float64 { x, _ := strconv.ParseFloat(s, 64); return x }, fmt.Sprint(value))
	}
	return nil
}

// checkRange compares a number with the limits of its tags, which a test knows to be readable.
func checkRange[T int | float64 | time.Duration](value T, f field, parse func(string) T, text string) error {
	if f.min != "" && value < parse(f.min) || f.max != "" && value > parse(f.max) {
		return fmt.Errorf("%s is out of range%s", text, f.limitsHint())
	}
	return nil
}

// checkLength holds the length of a text, in bytes, against the limits.
func checkLength(text string, f field) error {
	least, _ := strconv.Atoi(f.min)
	most, _ := strconv.Atoi(f.max)
	switch {
	case len(text) < least:
		return fmt.Errorf("it is too short: %d bytes of at least %d", len(text), least)
	case most > 0 && len(text) > most:
		return fmt.Errorf("it is too long: %d bytes of at most %d", len(text), most)
	}
	return nil
}

// limits says which numbers are allowed; nothing where all are.
func (f field) limits() string {
	switch {
	case f.min != "" && f.max != "":
		return f.min + " to " + f.max
	case f.min != "":
		return f.min + " or more"
	}
	return ""
}

// limitsHint is limits as the end of a sentence.
func (f field) limitsHint() string {
	if f.limits() == "" {
		return ""
	}
	return "; use " + f.limits()
}

func exampleHint(f field) string {
	if f.example == "" {
		return ""
	}
	return "; write it like " + f.example
}
