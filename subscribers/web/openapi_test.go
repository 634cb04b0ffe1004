package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/mailer/bounce/provider"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/subscribers/limit"
	"jobalertd/subscribers/web"
)

// schema is as much of JSON Schema as the document uses.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"`
	Required   []string           `json:"required"`
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
	Enum       []string           `json:"enum"`
	Const      any                `json:"const"`
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]struct {
		Schema *schema `json:"schema"`
	} `json:"content"`
	Headers map[string]any `json:"headers"`
}

// document is the part of OpenAPI that can be checked against real answers.
type document struct {
	OpenAPI string `json:"openapi"`
	Paths   map[string]map[string]struct {
		Responses   map[string]response `json:"responses"`
		RequestBody struct {
			Content map[string]struct {
				Example json.RawMessage `json:"example"`
			} `json:"content"`
		} `json:"requestBody"`
	} `json:"paths"`
	Components struct {
		Schemas   map[string]*schema  `json:"schemas"`
		Responses map[string]response `json:"responses"`
	} `json:"components"`
}

func readDocument(t *testing.T, s *site) document {
	t.Helper()
	w := s.do("GET", "/api/v1/openapi.json", "")
	var d document
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s: %v", w.Code, w.Header().Get("Content-Type"), err)
	}
	if d.OpenAPI != "3.1.0" {
		t.Errorf("version %q", d.OpenAPI)
	}
	return d
}

// faults lists what in a value is not as the schema says.
func (d document) faults(path string, of *schema, value any) []string {
	if of.Ref != "" {
		of = d.Components.Schemas[strings.TrimPrefix(of.Ref, "#/components/schemas/")]
	}
	if of == nil {
		return []string{path + ": the schema it refers to is not there"}
	}
	var found []string
	if kind := kindOf(value); of.Type != nil && !strings.Contains(fmt.Sprint(of.Type), kind) && !(kind == "integer" && of.Type == "number") {
		found = append(found, fmt.Sprintf("%s: it is %s, not %v", path, kind, of.Type))
	}
	if of.Const != nil && value != of.Const || of.Enum != nil && !slices.Contains(of.Enum, fmt.Sprint(value)) {
		found = append(found, fmt.Sprintf("%s: %v is not one of %v %v", path, value, of.Enum, of.Const))
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range of.Required {
			if _, ok := value[name]; !ok {
				found = append(found, path+"."+name+" is missing")
			}
		}
		for name, part := range value {
			if inner, ok := of.Properties[name]; ok {
				found = append(found, d.faults(path+"."+name, inner, part)...)
			} else if of.Properties != nil {
				found = append(found, path+"."+name+" is not in the document")
			}
		}
	case []any:
		for i, part := range value {
			found = append(found, d.faults(fmt.Sprintf("%s[%d]", path, i), of.Items, part)...)
		}
	}
	return found
}

func kindOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case float64:
		if value == float64(int64(value)) {
			return "integer"
		}
		return "number"
	}
	return "object"
}

// exchanges makes every answer that the document lists, by path and status.
func exchanges(t *testing.T) map[string]*httptest.ResponseRecorder {
	signed := func(c *web.Config) { c.HookSecrets = []string{"whsec_YSBzZWNyZXQgb2YgMjQgb2N0ZXRzIG9yIG1vcmU="} }
	away := setup(t)
	away.desk.fails, away.postings.fails = temporary{}, temporary{}
	key := []string{"Authorization", "Bearer " + postingKey}
	posting := `{"id":"1","url":"https://acme.example/1","title":"Go developer","company":"Acme"}`
	done := map[string]*httptest.ResponseRecorder{
		"/api/v1/subscriptions 202": setup(t).json("/api/v1/subscriptions", valid),
		"/api/v1/subscriptions 401": setup(t, signed).json("/api/v1/subscriptions", valid),
		"/api/v1/subscriptions 422": setup(t).json("/api/v1/subscriptions", `{"email":"x"}`),
		"/api/v1/subscriptions 503": away.json("/api/v1/subscriptions", valid),
		"/api/v1/preview 200":       setup(t).json("/api/v1/preview", `{"filter":{}}`),
		"/api/v1/preview 422":       setup(t).json("/api/v1/preview", `{"filter":{"class":["x"]}}`),
		"/api/v1/preview 503":       away.json("/api/v1/preview", `{"filter":{}}`),
		"/api/v1/postings 200":      setup(t).json("/api/v1/postings", "["+posting+`,{"title":""}]`, key...),
		"/api/v1/postings 401":      setup(t).json("/api/v1/postings", posting),
		"/api/v1/postings 422":      setup(t).json("/api/v1/postings", `{"title":""}`, key...),
		"/api/v1/postings 503":      away.json("/api/v1/postings", posting, key...),
		"/api/v1/openapi.json 200":  setup(t).do("GET", "/api/v1/openapi.json", ""),
	}
	for status, err := range map[string]error{"200": nil, "400": provider.ErrBody, "401": provider.ErrSignature, "404": provider.ErrUnknown, "503": temporary{}} {
		s := setup(t)
		s.bounces.fails = err
		done["/hooks/bounce/{provider} "+status] = s.json("/hooks/bounce/generic", "{}")
	}
	done["/hooks/bounce/{provider} 413"] = setup(t).json("/hooks/bounce/generic", strings.Repeat(" ", provider.MaxBody+1))
	once := guarded(t, redistest.Embedded(t), limit.Config{PerIP: 1, Questions: 1})
	once.signup("203.0.113.7", "bob@example.org")
	done["/api/v1/subscriptions 429"] = once.signup("203.0.113.7", "joe@example.org")
	for range 2 {
		done["/api/v1/preview 429"] = once.json("/api/v1/preview", `{"filter":{}}`, "X-Forwarded-For", "203.0.113.7")
	}
	once.desk.during = func() {
		once.desk.during = nil
		done["/api/v1/subscriptions 409"] = once.json("/api/v1/subscriptions", valid, "Idempotency-Key", "k")
	}
	once.json("/api/v1/subscriptions", valid, "Idempotency-Key", "k")
	key = append(key, "Idempotency-Key", "k")
	once.postings.during = func() {
		once.postings.during = nil
		done["/api/v1/postings 409"] = once.json("/api/v1/postings", posting, key...)
	}
	once.json("/api/v1/postings", posting, key...)
	for path, size := range map[string]int{"subscriptions": 64 << 10, "preview": 64 << 10, "postings": 10 << 20} {
		path = "/api/v1/" + path
		done[path+" 400"] = setup(t).json(path, "{", key...)
		done[path+" 413"] = setup(t).json(path, strings.Repeat(" ", size+1), key...)
		done[path+" 415"] = setup(t).do("POST", path, "{}", append(key, "Content-Type", "text/plain")...)
	}
	return done
}

func TestRealAnswersAreAsTheDocumentSays(t *testing.T) {
	d := readDocument(t, setup(t))
	made := exchanges(t)
	var documented []string
	for path, methods := range d.Paths {
		for method, operation := range methods {
			for status, r := range operation.Responses {
				if r.Ref != "" {
					r = d.Components.Responses[strings.TrimPrefix(r.Ref, "#/components/responses/")]
				}
				name := path + " " + status
				if status == "default" {
					continue // TestWhatIsNoAnswerOfARouteIsAProblem
				}
				documented = append(documented, name)
				w, ok := made[name]
				if !ok {
					continue // reported below
				}
				if fmt.Sprint(w.Code) != status {
					t.Errorf("%s %s: status %d", method, name, w.Code)
				}
				content, ok := r.Content[w.Header().Get("Content-Type")]
				if !ok {
					t.Errorf("%s %s: Content-Type %q is not in the document", method, name, w.Header().Get("Content-Type"))
					continue
				}
				for header := range r.Headers {
					if w.Header().Get(header) == "" {
						t.Errorf("%s %s: no %s", method, name, header)
					}
				}
				var body any
				if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
					t.Errorf("%s %s: %v", method, name, err)
				}
				for _, fault := range d.faults("body", content.Schema, body) {
					t.Errorf("%s %s: %s", method, name, fault)
				}
			}
		}
	}
	slices.Sort(documented)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(made)), documented); diff != "" {
		t.Errorf("answers that are made (-) and documented (+) differ:\n%s", diff)
	}
}

func TestWhatIsNoAnswerOfARouteIsAProblem(t *testing.T) {
	d := readDocument(t, setup(t))
	broken := setup(t)
	broken.desk.fails, broken.postings.fails = errors.New("nil pointer"), errors.New("nil pointer")
	posting := `{"id":"1","url":"https://acme.example/1","title":"Go developer","company":"Acme"}`
	for status, w := range map[int]*httptest.ResponseRecorder{
		404: broken.do("GET", "/api/v1/nothing", ""), 405: broken.do("PUT", "/api/v1/preview", ""), 500: broken.json("/api/v1/subscriptions", valid),
		501: broken.json("/api/v1/preview", `{"filter":{}}`), 502: broken.json("/api/v1/postings", posting, "Authorization", "Bearer "+postingKey),
	} {
		problemIn(t, w, min(status, 500))
		var body any
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		for _, fault := range d.faults("body", d.Components.Schemas["Problem"], body) {
			t.Errorf("%d: %s", status, fault)
		}
	}
	for path, methods := range d.Paths {
		for method, operation := range methods {
			if operation.Responses["default"].Ref != "#/components/responses/Problem" {
				t.Errorf("%s %s does not say how it fails otherwise", method, path)
			}
		}
	}
}

func TestTheDocumentKnowsEveryRouteOfTheAPI(t *testing.T) {
	s := setup(t)
	d := readDocument(t, s)
	for path, methods := range routes(s) {
		if !strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/hooks/") {
			continue
		}
		path = strings.Replace(path, "/generic", "/{provider}", 1)
		for method := range strings.FieldsSeq(methods) {
			if _, ok := d.Paths[path][strings.ToLower(method)]; !ok && method != "OPTIONS" {
				t.Errorf("%s %s is not in the document", method, path)
			}
		}
	}
	for path, methods := range d.Paths {
		for method := range methods {
			path := strings.Replace(path, "{provider}", "generic", 1)
			if w := s.do(strings.ToUpper(method), path, ""); w.Code == 404 || w.Code == 405 {
				t.Errorf("%s %s is in the document only: %d", method, path, w.Code)
			}
		}
	}
}

func TestTheDocumentsExamplesWork(t *testing.T) {
	d := readDocument(t, setup(t))
	for path, methods := range d.Paths {
		for _, operation := range methods {
			for _, content := range operation.RequestBody.Content {
				if len(content.Example) == 0 {
					continue
				}
				if w := setup(t).json(path, string(content.Example)); w.Code >= 300 {
					t.Errorf("%s: %d %s", path, w.Code, w.Body)
				}
			}
		}
	}
}

// jsonFields lists the names that a struct has in JSON.
func jsonFields(of any) []string {
	var names []string
	for i := range reflect.TypeOf(of).NumField() {
		if name, _, _ := strings.Cut(reflect.TypeOf(of).Field(i).Tag.Get("json"), ","); name != "-" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func words[T ~string](values []T) []string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}

func TestTheDocumentHasEveryFieldAndValue(t *testing.T) {
	schemas := readDocument(t, setup(t)).Components.Schemas
	for name, of := range map[string]any{
		"Filter": alerts.Filter{}, "Posting": alerts.Posting{}, "Cadence": alerts.Cadence{}, "Salary": alerts.Salary{},
		"Location": alerts.Location{}, "Preview": web.Preview{}, "Sample": web.Sample{}, "FieldError": alerts.FieldError{},
	} {
		if diff := cmp.Diff(jsonFields(of), slices.Sorted(maps.Keys(schemas[name].Properties))); diff != "" {
			t.Errorf("%s (-code +document):\n%s", name, diff)
		}
	}
	filter, posting := schemas["Filter"].Properties, schemas["Posting"].Properties
	for name, pair := range map[string][2][]string{
		"class":      {filter["class"].Items.Enum, words(alerts.Classes())},
		"seniority":  {filter["seniority"].Items.Enum, words(alerts.Seniorities())},
		"workplace":  {filter["workplace"].Items.Enum, words(alerts.Workplaces())},
		"employment": {filter["employment"].Items.Enum, words(alerts.Employments())},
		"education":  {filter["education_max"].Enum, words(alerts.Educations())},
		"period":     {filter["salary_min"].Properties["period"].Enum, words(alerts.Periods())},
		"places":     {slices.Sorted(maps.Keys(filter["places"].Items.Properties)), jsonFields(alerts.Place{})},
		"every":      {schemas["Cadence"].Properties["every"].Enum, words(alerts.Rhythms())},
		"weekday":    {schemas["Cadence"].Properties["weekday"].Enum, alerts.Weekdays()},
		"posting":    {posting["employment"].Items.Enum, words(alerts.Employments())},
	} {
		if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
			t.Errorf("%s (-code +document):\n%s", name, diff)
		}
	}
}
