package record

import (
	"encoding/json"
	"fmt"

	"jobalertd/subscribers"
)

// decodeJSON reads version '1': the subscriber's own JSON, its outermost names shortened.
func decodeJSON(data []byte, s *subscribers.Subscriber) error {
	var short map[string]json.RawMessage
	if err := json.Unmarshal(data, &short); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	names := longNames()
	long := make(map[string]json.RawMessage, len(short))
	for name, value := range short {
		if names[name] == "" {
			return fmt.Errorf("field %q: %w", name, ErrNewer)
		}
		long[names[name]] = value
	}
	renamed, err := json.Marshal(long)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	*s = subscribers.Subscriber{}
	if err := json.Unmarshal(renamed, s); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

func longNames() map[string]string {
	return map[string]string{
		"a": "address", "l": "locale", "z": "time_zone", "al": "alerts", "la": "last_alert", "p": "proposal",
		"cf": "confirmed", "pu": "paused_until", "co": "consent", "lm": "link_mailed_at", "cr": "created_at", "ch": "changed_at",
	}
}
