package config

import (
	"cmp"
	"io/fs"
	"net/netip"
	"os"
	"time"

	"jobalertd/cmd/internal/config/settings"
	"jobalertd/mailer"
)

// What a Config is made of.
type (
	// Secret is a value that no log, error or listing may show.
	Secret = settings.Secret
	// File is a file named in the configuration, with what it held when it was loaded.
	File = settings.File
	// Faults is everything wrong with a configuration.
	Faults = settings.Faults
)

// Config is everything an operator can set; package settings explains the tags.
type Config struct {
	HTTP      HTTP      `key:"http" doc:"The public listener: pages, signup hook, API."`
	Ops       Ops       `key:"ops" doc:"The operator listener: /metrics, /healthz, /readyz, /debug/pprof. Keep it private."`
	Redis     Redis     `key:"redis" doc:"Where everything is kept."`
	Mail      Mail      `key:"mail" doc:"Who the letters come from and which relays take them."`
	Keys      Keys      `key:"keys" doc:"The master key. The keys for links and for address hashes are derived from it."`
	Hook      Hook      `key:"hook" doc:"Who may call the signup hook, POST /api/v1/subscriptions."`
	Bounce    Bounce    `key:"bounce" doc:"Mails that come back, and who may report them: POST /hooks/bounce/PROVIDER. Relays' own refusals need no setting."`
	Limits    Limits    `key:"limits" doc:"How many people strangers may sign up, by form or hook, and how often they may ask what they would get. Signed calls and those from this machine or a private network are not counted."`
	Postings  Postings  `key:"postings" doc:"Who may push postings, POST /api/v1/postings."`
	Sources   []Source  `key:"sources" doc:"Boards to read postings from."`
	Alerts    Alerts    `key:"alerts" doc:"How alerts are worked off."`
	Delivery  Delivery  `key:"delivery" doc:"How letters are sent."`
	Retention Retention `key:"retention" doc:"How long things are kept."`
	Log       Log       `key:"log" doc:"What is written to standard error."`
	Tracing   Tracing   `key:"tracing" doc:"OpenTelemetry traces of requests, cron jobs and letters."`
}

// HTTP is the public listener.
type HTTP struct {
	Listen         string         `key:"listen" doc:"Address and port to listen on. Put a proxy that speaks TLS in front of it." default:"127.0.0.1:8080" check:"listen"`
	BaseURL        string         `key:"base_url" doc:"Where people reach this listener; all links in mails begin with it." default:"http://127.0.0.1:8080" check:"base_url"`
	TrustedProxies []netip.Prefix `key:"trusted_proxies" doc:"Networks of your own proxies, which are believed when X-Forwarded-For says whom they speak for. Without them all people behind a proxy look alike: strangers are not braked (limits), and consents keep the proxy's address." example:"127.0.0.1/32"`
}

// Ops is the operator listener.
type Ops struct {
	Listen string `key:"listen" doc:"Address and port to listen on." default:"127.0.0.1:9090" check:"listen"`
}

// Redis is where everything is kept.
type Redis struct {
	URL    Secret `key:"url" doc:"The Redis to use: redis://user:password@host:6379/0, rediss://… for TLS, or unix:///path. A Cluster: further nodes as ?addr=host2:6379&addr=host3:6379. Sentinels: redis://sentinel1:26379/0?master_name=jobs&addr=sentinel2:26379, the user and password of Redis itself as &username=…&password=…. Empty: the daemon starts and supervises a redis-server of its own, which it finds on PATH." check:"redis_url"`
	CAFile File   `key:"ca_file" doc:"Certificates (PEM) that rediss:// trusts instead of the system's."`
	// WaitReplicas above what Redis has makes every signup fail.
	WaitReplicas int           `key:"wait_replicas" doc:"How many replicas must have a signup, a confirmation, a change or pushed postings before they are answered with success; otherwise the answer is 503 and to come back. 0: the master alone." unit:"replicas" default:"0" min:"0" max:"5"`
	WaitTimeout  time.Duration `key:"wait_timeout" doc:"How long to wait for them." default:"1s" min:"10ms" max:"2s"`
	DataDir      string        `key:"data_dir" doc:"Directory of the daemon's own redis-server and of the master key it makes for itself." default:"./data" required:"true"`
}

// Mail is who the letters come from and which relays take them.
type Mail struct {
	From          mailer.Address `key:"from" doc:"The address letters come from." default:"jobs@example.com" required:"true" check:"from"`
	FromName      string         `key:"from_name" doc:"The name beside that address. Empty: mail.product."`
	ReplyTo       mailer.Address `key:"reply_to" doc:"Where answers go. Empty: to mail.from." example:"help@example.com"`
	ListID        string         `key:"list_id" doc:"The List-Id of alerts and digests (RFC 2919), without angle brackets. Empty: made from the domain of mail.from." check:"domain" example:"jobs.example.com"`
	BounceDomain  string         `key:"bounce_domain" doc:"Domain of the envelope sender, which names the letter, so that a bounce can be told by its address. Empty: the domain of mail.from." check:"domain" example:"bounces.example.com"`
	PostalAddress string         `key:"postal_address" doc:"Postal address at the foot of each mail, on one line. Some countries' laws ask for it." example:"Example GmbH, Musterstraße 1, 10115 Berlin"`
	FeedbackID    string         `key:"feedback_id" doc:"Sender name in the Feedback-ID header, 5 to 15 letters or digits, by which Gmail groups complaints. Empty: no such header." check:"feedback_id" example:"examplejobs"`
	Product       string         `key:"product" doc:"What the service is called in pages and mails." default:"Job alerts" required:"true" max:"60"`
	Templates     string         `key:"templates" doc:"Directory of templates that replace parts of the built-in mails; see Templates of mails in the operator's guide. Empty: none." example:"/etc/jobalertd/mails"`
	DKIM          []DKIM         `key:"dkim" doc:"Keys to sign letters with; each makes a signature. None: the relay signs. jobalertd check --online prints the DNS records that belong to them."`
	Relays        []Relay        `key:"relays" doc:"SMTP servers that take the letters, the most wanted first; the next one is used when it is paused or out of reach. The demo needs none."`
}

// EnvelopeDomain is the domain of our envelope senders, which bounces go to.
func (m Mail) EnvelopeDomain() string { return cmp.Or(m.BounceDomain, m.From.Domain()) }

// TemplateFiles is the directory of templates, nil where none is set.
func (m Mail) TemplateFiles() fs.FS {
	if m.Templates == "" {
		return nil
	}
	return os.DirFS(m.Templates)
}

// Relay is an SMTP server that takes letters.
type Relay struct {
	Name           string        `key:"name" doc:"The relay's name in metrics and logs. Empty: its host." example:"main"`
	Host           string        `key:"host" doc:"Host name or IP address." check:"host" required:"true" example:"smtp.example.com"`
	Port           int           `key:"port" doc:"TCP port. Left out: 587, with tls: implicit 465, with tls: none 25." min:"1" max:"65535" example:"587"`
	TLS            string        `key:"tls" doc:"starttls: asked for and required; implicit: TLS from the first byte; none: plain text, for a relay on this machine." default:"starttls" enum:"starttls,implicit,none"`
	Username       string        `key:"username" doc:"Name to log in with. Empty: no login." example:"jobs"`
	Password       Secret        `key:"password" doc:"Password to log in with."`
	HELO           string        `key:"helo" doc:"Name to greet the relay with. Empty: this machine's host name." check:"host" example:"jobs.example.com"`
	CAFile         File          `key:"ca_file" doc:"Certificates, in PEM form, of the authorities that may sign the relay's. Empty: those the system trusts."`
	RatePerSecond  float64       `key:"rate_per_second" doc:"The most letters a second, over all connections. 0: no limit. Connections are opened as the rate needs them." unit:"letters per second" default:"0" min:"0"`
	MaxConnections int           `key:"max_connections" doc:"The most connections at a time. Left out: 4, with rate_per_second 20; no more are opened than letters need." unit:"connections" min:"1" max:"1000" example:"4"`
	Window         int           `key:"window" doc:"The most letters under way on one connection, where the relay offers CHUNKING. With PIPELINING alone it is 2 at most, else 1. So many can be in doubt when a connection dies." unit:"letters" default:"8" min:"1" max:"100"`
	MaxMessages    int           `key:"max_messages" doc:"The most letters over one connection; then a new one is made." unit:"letters" default:"100" min:"1"`
	MaxAge         time.Duration `key:"max_age" doc:"How long a connection is used." default:"10m" min:"1s"`
	DialTimeout    time.Duration `key:"dial_timeout" doc:"How long it may take until a connection is encrypted and logged in." default:"30s" min:"1s" max:"10m"`
	SendTimeout    time.Duration `key:"send_timeout" doc:"How long each reply may take; the last one of a letter gets twice as long, since giving up there leaves the letter in doubt. RFC 5321 asks for 5m." default:"5m" min:"1s" max:"30m"`
}

// DKIM is a key to sign letters with.
type DKIM struct {
	Domain   string `key:"domain" doc:"The domain that signs. Empty: that of mail.from, with which it must align." check:"domain" example:"example.com"`
	Selector string `key:"selector" doc:"The name of the key: its record stands at selector._domainkey.domain." check:"selector" required:"true" example:"jobs1"`
	Key      Secret `key:"key" doc:"The private key in PEM form: RSA (2048 bits) or Ed25519. openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 makes one." lines:"true" check:"dkim_key"`
}

// Keys is the master key.
type Keys struct {
	Secret   Secret   `key:"secret" doc:"The master key, at least 32 bytes; openssl rand -base64 32 makes one. Empty: the daemon makes one at its first start and keeps it in redis.data_dir. With redis.url it must be given, the same for all replicas." min:"32" max:"1024"`
	Previous []Secret `key:"previous" doc:"Earlier master keys, the newest first, whose links are still honoured. The last one also makes the hashes that find subscribers by address: it must stay as long as the data does." min:"32" max:"1024"`
}

// Hook is who may call the signup hook.
type Hook struct {
	Secrets        []Secret `key:"secrets" doc:"Keys that callers sign with (Standard Webhooks). Empty: calls need no signature. Several: any of them will do, so that they can be changed without a gap." min:"24" max:"512"`
	AllowedOrigins []string `key:"allowed_origins" doc:"Sites whose pages may call the hook from a browser, send the signup form from their own page, and show ours in a frame (/embed)." check:"origin" example:"https://www.example.com"`
}

// Limits is how many people strangers may sign up, and how often they may look.
type Limits struct {
	PerIP       int `key:"per_ip" doc:"Signups from one IP address, of IPv6 from one /64. What is over it is told to come back later. 0: any number." unit:"signups per hour" default:"30" min:"0" max:"3600000"`
	PerDomain   int `key:"per_domain" doc:"Signups for mail addresses of one domain, all strangers together; a big mailbox provider is one too. 0: any number." unit:"signups per hour" default:"600" min:"0" max:"3600000"`
	PerAddress  int `key:"per_address" doc:"Signups for one mail address. What is over it is answered like any other and does nothing. However many there are, one mailbox gets at most five confirmation mails a day. 0: any number." unit:"signups per hour" default:"10" min:"0" max:"3600000"`
	Previews    int `key:"previews_per_ip" doc:"Questions what a filter would find, from one IP address, of IPv6 from one /64: by the API, and by the signup form, which asks after every pause in typing. What is over it is told to come back later. 0: any number." unit:"previews per hour" default:"1200" min:"0" max:"3600000"`
	ProofOfWork int `key:"proof_of_work" doc:"Work that a browser must do before it sends the signup form, which a script on the page does by itself; 16 bits take about a second, each bit more doubles it. Browsers without JavaScript, or without TLS, must leave the form open for 20 seconds instead. 0: none." unit:"bits" default:"0" min:"0" max:"24"`
}

// Bounce is how mails come back.
type Bounce struct {
	Listen         string   `key:"listen" doc:"Address and port of an LMTP listener that takes in, from your mail server, the mails to bounce+… and unsubscribe+… at mail.bounce_domain. Keep it private. Empty: no listener; wishes to leave by mail then go to mail.reply_to or mail.from." check:"listen" example:"127.0.0.1:2424"`
	SESTopics      []string `key:"ses_topics" doc:"ses: ARNs of the SNS topics that Amazon SES reports to. Empty: the provider is switched off; so it is with the next ones." example:"arn:aws:sns:eu-central-1:123456789012:bounces"`
	SendGridKeys   []string `key:"sendgrid_keys" doc:"sendgrid: public keys of signed event webhooks."`
	PostmarkLogins []Secret `key:"postmark_logins" doc:"postmark: what its webhooks log in with, each user:password." min:"18" max:"512"`
	MailgunKeys    []Secret `key:"mailgun_keys" doc:"mailgun: webhook signing keys." min:"16" max:"512"`
	Secrets        []Secret `key:"secrets" doc:"generic: keys that callers sign with (Standard Webhooks)." min:"24" max:"512"`
}

// Postings is who may push postings.
type Postings struct {
	APIKeys []Secret `key:"api_keys" doc:"Bearer keys. Empty: nobody may push." min:"16" max:"512"`
}

// Source is a board to read postings from.
type Source struct {
	Format       string   `key:"format" doc:"The board's software." check:"format" required:"true" example:"greenhouse"`
	Board        string   `key:"board" doc:"The board's name there." required:"true" example:"acme"`
	Company      string   `key:"company" doc:"The company's name as people know it. Empty: what the board says." example:"Acme"`
	Schedule     string   `key:"schedule" doc:"When to read it: a cron expression in UTC, or @every 15m." default:"@every 15m" check:"schedule"`
	URL          string   `key:"url" doc:"Where to read it: needed by formats without a host of their own (feed, jsonld, teamtailor), instead of the usual address by the others." check:"source_url"`
	Query        []string `key:"query" doc:"What to look for, for formats that search, in their own parameters: each name=value." example:"what=backend"`
	User         string   `key:"user" doc:"What the service calls you, for formats that need a key: adzuna the app id, usajobs your mail address."`
	Key          Secret   `key:"key" doc:"The service's key."`
	AllowPrivate bool     `key:"allow_private" doc:"Allow an address in a private network, which is refused otherwise." default:"false"`
}

// Name is the source's name in metrics, logs and posting ids: greenhouse:acme.
func (s Source) Name() string { return s.Format + ":" + s.Board }

// Alerts is how alerts are worked off.
type Alerts struct {
	Heartbeat string `key:"heartbeat" doc:"How often to look for alerts that are due: a cron expression in UTC. When an alert is due is its own affair; a heartbeat on the minute brings it on its hour." default:"* * * * *" check:"schedule"`
	MaxJobs   int    `key:"max_jobs" doc:"The most jobs one mail shows; the rest is counted in it." unit:"jobs" default:"10" min:"1" max:"50"`
	RatesFile File   `key:"rates_file" doc:"Exchange rates that replace the built-in table. Empty: the built-in table."`
}

// Delivery is how letters are sent.
type Delivery struct {
	Workers int      `key:"workers" doc:"Letters in hand at a time, and the most that can come twice after a crash. 0: as many as the connections of a relay carry, max_connections times window." unit:"letters" default:"0" min:"0" max:"10000"`
	Domains []Domain `key:"domains" doc:"Limits for the people at one domain, over all relays. Letters beyond them are put off; that counts as no attempt. None is needed where the relay minds such limits itself."`
	InDoubt string   `key:"in_doubt" doc:"What to do with a letter whose connection died when the relay may have taken it already. resend: it may come twice, with the same Message-ID; drop: it may not come at all." default:"resend" enum:"resend,drop"`
}

// Domain is how much mail the people at one domain get at a time.
type Domain struct {
	Domain        string  `key:"domain" doc:"What stands behind the @ of their addresses; * is each domain that is not listed." check:"recipients" required:"true" example:"gmail.com"`
	RatePerSecond float64 `key:"rate_per_second" doc:"The most letters a second. 0: no limit." unit:"letters per second" default:"0" min:"0"`
	MaxConcurrent int     `key:"max_concurrent" doc:"The most letters under way at a time. 0: no limit." unit:"letters" default:"0" min:"0"`
}

// Retention is how long things are kept.
type Retention struct {
	Unconfirmed    time.Duration `key:"unconfirmed" doc:"How long a signup waits for its confirmation." default:"7d" min:"1h" max:"90d"`
	Left           time.Duration `key:"left" doc:"How long the record of somebody who left is kept, should they come back." default:"28d" min:"1h" max:"365d"`
	Reconfirm      time.Duration `key:"reconfirm" doc:"How long after a person last showed that they want their alerts they are asked by mail whether they still do. 0: never." default:"365d" min:"0"`
	Answer         time.Duration `key:"answer" doc:"How long they have to answer; then the subscription ends." default:"30d" min:"7d" max:"365d"`
	SentLetters    time.Duration `key:"sent_letters" doc:"How long it is remembered which letters were sent or given up." default:"30d" min:"2d"`
	ClosedPostings time.Duration `key:"closed_postings" doc:"How long a closed posting is remembered, so that nobody hears of it anew when it is listed again." default:"90d" min:"90d"`
	Schedule       string        `key:"schedule" doc:"When old letters and postings are forgotten: a cron expression in UTC. People are looked after with each alerts.heartbeat." default:"17 * * * *" check:"schedule"`
}

// Log is what is written to standard error.
type Log struct {
	Level    string `key:"level" doc:"The least important level that is written." default:"info" enum:"debug,info,warn,error"`
	Format   string `key:"format" doc:"text for people, json for programs." default:"text" enum:"text,json"`
	Requests bool   `key:"requests" doc:"Write a line for every request of the public listener. Those answered with 5xx get one anyway." default:"false"`
}

// Tracing is where OpenTelemetry traces go.
type Tracing struct {
	Endpoint string  `key:"endpoint" doc:"The collector that takes spans by OTLP/HTTP: its address without the path, /v1/traces is added. Empty: no traces." check:"base_url" example:"http://127.0.0.1:4318"`
	Ratio    float64 `key:"ratio" doc:"The share of traces that are kept. All replicas decide alike." default:"1" min:"0" max:"1"`
}

// Default is the Config without a file or environment. It runs the demo.
func Default() Config {
	var c Config
	settings.Load(&c, settings.Input{}) // that it has no faults is tested
	return c
}
