package inbox

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"jobalertd/mailer/mailertest/needs"
)

// TestInABrowser opens a mail as a person does. Its scripts, forms and foreign pictures must do
// nothing; the link in it must work.
func TestInABrowser(t *testing.T) {
	program := needs.Program(t, "chromium", "chromium")
	visited := make(chan string, 1000)
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
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	ctx, stop = chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1000, 800), chromedp.Navigate(server.URL+"/mails/1")); err != nil {
		t.Fatal(err)
	}
	// Nothing tells when a frame of another process can be clicked, so click until something happens.
	for got := ""; got == ""; {
		if err := chromedp.Do(ctx, chromedp.MouseClickXY(500, 600)); err != nil {
			t.Fatalf("clicking the link does nothing: %v", err)
		}
		select {
		case got = <-visited:
			if got != "link" {
				t.Errorf("the first the mail reached was its %s, want only the link that was clicked", got)
			}
		case <-time.After(100 * time.Millisecond):
		}
	}
	if place, err := chromedp.Run(ctx, chromedp.Location()); err != nil || place != server.URL+"/mails/1" {
		t.Errorf("the page went to %s (%v), want it to stay", place, err)
	}
}
