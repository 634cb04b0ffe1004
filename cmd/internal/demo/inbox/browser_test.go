package inbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"jobalertd/mailer/mailertest/needs"
)

// TestInABrowser opens a mail as a person does. Its scripts, forms and foreign pictures must do
// nothing; the link in it must work.
func TestInABrowser(t *testing.T) {
	program := needs.Program(t, "chromium", "chromium")
	visited := make(chan string, 10)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /visited/{what}", func(_ http.ResponseWriter, r *http.Request) { visited <- r.PathValue("what") })
	server := httptest.NewServer(mux)
	defer server.Close()
	mail := fmt.Sprintf("Subject: s\r\nContent-Type: text/html\r\n\r\n<!doctype html>"+
		"<body style='margin:0' onload=\"location='%[1]s/visited/onload'\"><script>fetch('%[1]s/visited/script')</script>"+
		"<img src='%[1]s/visited/picture'><meta http-equiv=refresh content='0;url=%[1]s/visited/refresh'>"+
		"<form action='%[1]s/visited/form'><input autofocus onfocus='this.form.submit()'></form>"+
		"<a href='%[1]s/visited/link' style='position:fixed;inset:0;background:green'>confirm</a>", server.URL)
	mux.Handle("/mails/", New(Config{}, caught{message(1, mail)}))

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/mails/1"), chromedp.MouseClickXY(300, 500)); err != nil {
		t.Fatal(err)
	}
	if got := <-visited; got != "link" {
		t.Errorf("the first the mail reached was its %s, want only the link that was clicked", got)
	}
	if place, err := chromedp.Run(ctx, chromedp.Location()); err != nil || place != server.URL+"/mails/1" {
		t.Errorf("the page went to %s (%v), want it to stay", place, err)
	}
}
