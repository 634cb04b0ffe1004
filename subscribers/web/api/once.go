package api

import (
	"net/http"
	"strings"

	"jobalertd/subscribers"
	"jobalertd/subscribers/once"
	"jobalertd/subscribers/web/problem"
)

// idempotencyKey is the header by which a caller names a request
// (draft-ietf-httpapi-idempotency-key-header-07).
const idempotencyKey = "Idempotency-Key"

// maxKey is how long such a name may be, in octets.
const maxKey = 255

// doOnce works on a request, or repeats what was answered when a request with its Idempotency-Key was
// worked on before. work is given an id for what it makes, the same whenever the request comes;
// without a key it is empty.
func (a *API) doOnce(r *http.Request, body []byte, work func(id string) ([]byte, error)) ([]byte, error) {
	key, err := keyOf(r)
	if err != nil {
		return nil, err
	}
	if key == "" || a.Once == nil {
		return work("")
	}
	request := once.Request{Scope: r.Pattern + " " + r.Header.Get("Authorization"), Key: key, Body: body}
	return a.Once.Do(r.Context(), request, func() ([]byte, error) {
		return work(subscribers.ProposalIDOf(request.Name()))
	})
}

// keyOf is the Idempotency-Key of a request, empty where it has none. The draft has it in quotation
// marks (RFC 9651 §3.3.3); most callers leave them out.
func keyOf(r *http.Request) (string, error) {
	values := r.Header.Values(idempotencyKey)
	if len(values) == 0 {
		return "", nil
	}
	key := values[0]
	if inner, quoted := strings.CutPrefix(key, `"`); quoted {
		if inner, quoted = strings.CutSuffix(inner, `"`); quoted {
			key = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(inner)
		}
	}
	invisible := func(c rune) bool { return c < ' ' || c > '~' }
	if len(values) > 1 || key == "" || len(key) > maxKey || strings.ContainsFunc(key, invisible) {
		return "", problem.New(problem.Malformed, "send one %s of 1 to %d ASCII characters", idempotencyKey, maxKey)
	}
	return key, nil
}
