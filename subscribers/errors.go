package subscribers

import "errors"

// What can be wrong with a wish.
var (
	// ErrNotFound: there is no such subscriber, alert or proposal.
	ErrNotFound = errors.New("not found")
	// ErrConflict: somebody else changed the subscriber in the meantime; read again and repeat.
	ErrConflict = errors.New("changed in the meantime")
	// ErrState: the subscriber's state does not allow it.
	ErrState = errors.New("not possible in this state")
	// ErrSuppressed: the address must not be written to.
	ErrSuppressed = errors.New("address is suppressed")
	// ErrTaken: the address belongs to another subscriber.
	ErrTaken = errors.New("address belongs to another subscriber")
	// ErrExpired: the link or the signup is too old.
	ErrExpired = errors.New("expired")
)
