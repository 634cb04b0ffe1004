package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/subscribers"
	"jobalertd/subscribers/limit"
	"jobalertd/subscribers/token"
)

// moves gives a subscriber who wants to move to an address.
func moves(s *site, to string) (*subscribers.Subscriber, string) {
	address, err := mailer.ParseAddress(to)
	if err != nil {
		s.Fatal(err)
	}
	sub := s.subscriber(func(sub *subscribers.Subscriber) {
		sub.Moving = &subscribers.Moving{ID: "proposalmove2", Address: address, At: time.Now()}
	})
	return sub, "/confirm/" + s.link(token.Confirm, func(c *token.Claims) { c.Proposal = "proposalmove2" })
}

func TestANewAddressIsAskedForOnTheManagePageAndConfirmedByAButton(t *testing.T) {
	s := setup(t)
	sub := s.subscriber()
	path := "/manage/" + s.link(token.Manage)
	says(t, s.do("GET", path, ""), 200, `name="move"`, "Move my alerts there")
	says(t, s.post(path, "action=move&move=nobody"), 422, "Enter an email address in the correct format", `value="nobody"`)
	if w := s.post(path, "action=move&move=ann@new.example"); w.Code != 303 || sub.Moving == nil || sub.Address.String() != "ann@example.org" {
		t.Fatalf("%d, moving %v", w.Code, sub.Moving)
	}
	says(t, s.do("GET", path+"?done=move", ""), 200, "a mail is on its way to the new address")

	_, confirm := moves(s, "ann@new.example")
	sub = s.desk.people["abcdefghijklm"]
	says(t, s.do("GET", confirm, ""), 200, "Send these job alerts to your new address?", "Go in Berlin", "Yes, send them here")
	if sub.Moving == nil {
		t.Error("looking at the page moved them")
	}
	for range 2 {
		says(t, s.post(confirm, ""), 200, "See or change my alerts")
	}
	if sub.Moving != nil || sub.Address.String() != "ann@new.example" {
		t.Errorf("now at %s", sub.Address)
	}
}

func TestAnAddressThatIsTakenIsSentToItsMailbox(t *testing.T) {
	s := setup(t)
	_, confirm := moves(s, "taken@example.org")
	says(t, s.post(confirm, ""), 200, "Check your mail")
}

func TestMovingIsSaidInEveryLanguage(t *testing.T) {
	seen := map[string]string{}
	for _, l := range locale.All() {
		lang, texts := l.String(), tongue(t, l.String())
		// shows checks that a page tells each text, and that no other language tells it so.
		shows := func(w *httptest.ResponseRecorder, status int, keys ...string) {
			t.Helper()
			for _, key := range keys {
				text := texts.Say(key)
				says(t, w, status, text)
				if other := seen[text]; text == key || other != "" && other != lang {
					t.Errorf("%s says %s as %q, and so does %q", lang, key, text, other)
				}
				seen[text] = lang
			}
		}
		in := []string{"Accept-Language", lang, "Content-Type", formType}
		s := setup(t)
		_, confirm := moves(s, "ann@new.example")
		manage := "/manage/" + s.link(token.Manage)
		shows(s.do("GET", manage, "", in...), 200, "manage.move", "manage.move.text", "field.move.label", "manage.move.button")
		shows(s.do("POST", manage, "action=move&move=nobody", in...), 422, "field.email.problem")
		shows(s.do("GET", manage+"?done=move", "", in...), 200, "manage.done.move")
		shows(s.do("GET", confirm, "", in...), 200, "confirm.move.title", "confirm.move.lead", "confirm.move.button", "confirm.notyou")
		shows(s.do("POST", confirm, "", in...), 200, "confirmed.title")
		s = setup(t)
		_, confirm = moves(s, "taken@example.org")
		shows(s.do("POST", confirm, "", in...), 200, "sent.title", "sent.link")
	}
}

func TestAWishToMoveIsAnsweredAlikeForEveryAddress(t *testing.T) {
	var first *httptest.ResponseRecorder
	for _, to := range []string{"free@example.org", "taken@example.org", "ann@example.org"} {
		s := setup(t)
		s.subscriber()
		w := s.do("POST", "/manage/"+s.link(token.Manage), "action=move&move="+to, "Content-Type", formType)
		if first == nil {
			first = w
		}
		if w.Code != 303 || headers(w) != headers(first) || w.Body.String() != first.Body.String() {
			t.Errorf("%s: %d %s, not %s", to, w.Code, headers(w), headers(first))
		}
	}
}

func TestAnAddressThatWasMailedTooOftenIsMovedToInSilence(t *testing.T) {
	s := guarded(t, redistest.Embedded(t), limit.Config{PerAddress: 1})
	sub := s.subscriber()
	path := "/manage/" + s.link(token.Manage)
	from := func() (int, string) {
		w := s.do("POST", path, "action=move&move=ann@new.example", "Content-Type", formType, "Sec-Fetch-Site", "same-origin", "X-Forwarded-For", "198.51.100.7")
		return w.Code, strings.TrimPrefix(w.Header().Get("Location"), path)
	}
	code, location := from()
	sub.Moving = nil
	again, same := from()
	if code != 303 || again != code || same != location {
		t.Errorf("%d to %q, then %d to %q", code, location, again, same)
	}
	if sub.Moving != nil {
		t.Error("the address was mailed again")
	}
}
