package alerts

import (
	"errors"

	"jobalertd/alerts/strictjson"
)

// DecodeStrict reads JSON from outside into what into points to. It refuses what encoding/json lets
// pass: unknown fields, fields in the wrong case, fields that stand twice, text that is not UTF-8.
// The error is FieldErrors, with every fault found. Values are not validated.
func DecodeStrict(data []byte, into any) error {
	err := strictjson.Decode(data, into)
	faults, ok := errors.AsType[strictjson.Faults](err)
	if !ok {
		return err
	}
	var errs FieldErrors
	for _, fault := range faults {
		errs.Addf(fault.Path, "%s", fault.Problem)
	}
	return errs
}

// DecodeFilter reads a filter and validates it. The error is FieldErrors.
func DecodeFilter(data []byte) (Filter, error) {
	var f Filter
	if err := DecodeStrict(data, &f); err != nil {
		return Filter{}, err
	}
	return f, f.Validate().Err()
}

// DecodePosting reads a posting, validates it and gives it in its normal form. The error is
// FieldErrors.
func DecodePosting(data []byte) (Posting, error) {
	var p Posting
	if err := DecodeStrict(data, &p); err != nil {
		return Posting{}, err
	}
	return p.Normalized(), p.Validate().Err()
}
