package inbox

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pageSize is how many mails the list shows at once.
const pageSize = 50

// refresh is after how many seconds the list renews itself.
const refresh = "5"

//go:embed assets
var assets embed.FS

// Message is a mail that was caught.
type Message struct {
	ID   int // a positive number, larger for later mails
	From string
	To   []string // envelope recipients
	At   time.Time
	Raw  []byte // header and body
}

// Source is where mails were caught.
type Source interface {
	// Messages lists what was caught, in any order.
	Messages() []Message
}

// Config says where the pages are.
type Config struct {
	// Prefix is the path they are mounted under, ending in a slash. Default /mails/.
	Prefix string
	// Home is where the name of the page links to: the signup page. Default /.
	Home string
}

// inbox serves the pages.
type inbox struct {
	Config
	source Source
	pages  *template.Template
}

// New makes the pages. The handler expects whole paths, prefix included:
//
//	GET {prefix}               the list
//	GET {prefix}{id}           a mail as it looks; /text, /headers and /source below it
//	GET {prefix}{id}/frame     the HTML alone, for the frame
//	GET {prefix}{id}/raw       the mail as a file
func New(cfg Config, source Source) http.Handler {
	b := &inbox{Config: Config{Prefix: cmp.Or(cfg.Prefix, "/mails/"), Home: cmp.Or(cfg.Home, "/")}, source: source}
	b.pages = template.Must(template.New("").Funcs(template.FuncMap{"when": when}).ParseFS(assets, "assets/*.html"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+b.Prefix+"{$}", b.list)
	mux.HandleFunc("GET "+b.Prefix+"style.css", style)
	mux.HandleFunc("GET "+b.Prefix+"{id}", b.mail("look"))
	for _, view := range []string{"text", "headers", "source"} {
		mux.HandleFunc("GET "+b.Prefix+"{id}/"+view, b.mail(view))
	}
	mux.HandleFunc("GET "+b.Prefix+"{id}/frame", b.frame)
	mux.HandleFunc("GET "+b.Prefix+"{id}/raw", b.raw)
	return mux
}

// when is the time of a mail, to the second: in a demo several come in a minute.
func when(t time.Time) string { return t.Format("2 Jan 15:04:05") }

// listPage is what the list shows.
type listPage struct {
	Config
	Title string
	Total int
	Mails []entry
	Older int // the id to go on before; 0 where nothing is older
	First bool
}

// entry is a line of the list.
type entry struct {
	Message
	head
}

func (b *inbox) list(w http.ResponseWriter, r *http.Request) {
	all := b.messages()
	page := listPage{Config: b.Config, Title: "Caught mails", Total: len(all), First: true}
	if before, err := strconv.Atoi(r.URL.Query().Get("before")); err == nil {
		page.First = false
		all = slices.DeleteFunc(all, func(m Message) bool { return m.ID >= before })
	}
	for _, m := range all[:min(len(all), pageSize)] {
		page.Mails = append(page.Mails, entry{m, parseHead(m.Raw)})
	}
	if len(all) > pageSize {
		page.Older = page.Mails[pageSize-1].ID
	}
	if page.First {
		w.Header().Set("Refresh", refresh)
	}
	b.show(w, "list.html", page)
}

// messages lists the mails, the newest first.
func (b *inbox) messages() []Message {
	all := slices.Clone(b.source.Messages())
	slices.SortFunc(all, func(x, y Message) int { return cmp.Compare(y.ID, x.ID) })
	return all
}

// mailPage is what the page of one mail shows.
type mailPage struct {
	Config
	Title string
	Message
	letter
	View         string
	Newer, Older int // ids; 0 where there is none
	Unsubscribe  string
	OneClick     bool
}

// mail shows a mail in one of its views.
func (b *inbox) mail(view string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		all := b.messages()
		at := b.find(all, r)
		if at < 0 {
			http.NotFound(w, r)
			return
		}
		m := parse(all[at].Raw)
		page := mailPage{Config: b.Config, Title: m.Subject, Message: all[at], letter: m, View: view}
		if view == "look" && m.HTML == "" {
			page.View = "text"
		}
		if at > 0 {
			page.Newer = all[at-1].ID
		}
		if at+1 < len(all) {
			page.Older = all[at+1].ID
		}
		page.Unsubscribe, page.OneClick = m.unsubscribe(r.Host)
		b.show(w, "mail.html", page)
	}
}

// find is the index of the mail that the request names, or -1.
func (b *inbox) find(all []Message, r *http.Request) int {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return -1
	}
	return slices.IndexFunc(all, func(m Message) bool { return m.ID == id })
}

// show executes a template. All the policy allows is our own style, our frame, and forms that stay
// here.
func (b *inbox) show(w http.ResponseWriter, name string, data any) {
	var out bytes.Buffer
	if err := b.pages.ExecuteTemplate(&out, name, data); err != nil {
		http.Error(w, fmt.Sprintf("showing the mail: %v", err), http.StatusInternalServerError)
		return
	}
	protect(w, "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "+
		"frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(out.Bytes()) // the reader has gone away
}

// frame serves the HTML of a mail for the sandboxed frame. It is as safe when opened by itself: the
// sandbox stands in the policy too.
func (b *inbox) frame(w http.ResponseWriter, r *http.Request) {
	all := b.messages()
	at := b.find(all, r)
	if at < 0 {
		http.NotFound(w, r)
		return
	}
	protect(w, "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "+
		"frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(openLinksOutside(parse(all[at].Raw).HTML))) // the reader has gone away
}

// raw serves a mail as it was caught, to be kept as a file.
func (b *inbox) raw(w http.ResponseWriter, r *http.Request) {
	all := b.messages()
	at := b.find(all, r)
	if at < 0 {
		http.NotFound(w, r)
		return
	}
	protect(w, "default-src 'none'; sandbox")
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="mail-%d.eml"`, all[at].ID))
	_, _ = w.Write(all[at].Raw) // the reader has gone away
}

// style serves the style sheet.
func style(w http.ResponseWriter, r *http.Request) {
	protect(w, "default-src 'none'")
	http.ServeFileFS(w, r, assets, "assets/style.css")
}

// protect sets what every answer carries. A mail may change its place in the list at any time, so
// nothing is kept.
func protect(w http.ResponseWriter, policy string) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// openLinksOutside makes links without a target open in a new tab. The first base element with a
// target counts (HTML §4.2.3), so ours stands before all else but the doctype, which has to stay in
// front to count.
func openLinksOutside(page string) string {
	const base = `<base target="_blank">`
	rest := strings.TrimLeft(page, "\ufeff \t\r\n")
	if len(rest) > 9 && strings.EqualFold(rest[:9], "<!doctype") {
		if end := strings.IndexByte(rest, '>'); end >= 0 {
			return rest[:end+1] + base + rest[end+1:]
		}
	}
	return base + page
}
