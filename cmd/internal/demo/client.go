package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"jobalertd/alerts"
)

// maxAnswer is the most of an answer that is read, in bytes.
const maxAnswer = 1 << 20

// answer is what the daemon said to a request.
type answer struct {
	status int
	body   string
}

// do sends a request to the public listener as a browser, a mail program or another site would.
func (s *stage) do(ctx context.Context, method, url, contentType, body string) (answer, error) {
	if strings.HasPrefix(url, "/") {
		url = s.url + url
	}
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if strings.HasPrefix(req.URL.Path, "/api/v1/postings") {
		req.Header.Set("Authorization", "Bearer "+pushKey)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return answer{resp.StatusCode, string(text)}, err
}

// push sends a posting as a company without a board does.
func (s *stage) push(ctx context.Context, p alerts.Posting) error {
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(p); err != nil {
		return err
	}
	got, err := s.do(ctx, http.MethodPost, "/api/v1/postings", "application/json", body.String())
	if err != nil {
		return err
	}
	if got.status != http.StatusOK {
		return fmt.Errorf("pushing posting %s: status %d: %s", p.ID, got.status, got.body)
	}
	return nil
}
