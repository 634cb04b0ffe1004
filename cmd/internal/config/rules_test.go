package config

import "testing"

func TestWhatIsRightIsNotRefused(t *testing.T) {
	for name, good := range map[string][]string{
		"JOBALERT_HTTP_LISTEN":           {":80", "127.0.0.1:0", "[::1]:8080", "0.0.0.0:65535", "localhost:8080"},
		"JOBALERT_HTTP_BASE_URL":         {"https://jobs.example.com", "http://localhost:8080", "https://example.com/jobs", "http://[::1]:80"},
		"JOBALERT_HTTP_TRUSTED_PROXIES":  {"10.0.0.0/8,2001:db8::/32", "127.0.0.1"},
		"JOBALERT_MAIL_FROM":             {"jobs@example.com", "stellen@bücher.example", "a+b@x.example.co.uk"},
		"JOBALERT_MAIL_LIST_ID":          {"jobs.example.com", "bücher.example"},
		"JOBALERT_MAIL_FEEDBACK_ID":      {"abcde", "Jobs2026ExampleX"[:15]},
		"JOBALERT_MAIL_RELAYS_0_HOST":    {"localhost", "smtp.example.com", "127.0.0.1", "::1", "postfix", "mail-1"},
		"JOBALERT_HOOK_ALLOWED_ORIGINS":  {"https://a.example", "http://localhost:3000,https://b.example"},
		"JOBALERT_SOURCES_0_URL":         {"https://boards.example/api?content=true", "http://127.0.0.1:9/x"},
		"JOBALERT_ALERTS_HEARTBEAT":      {"@every 30s", "*/5 * * * *"},
		"JOBALERT_RETENTION_UNCONFIRMED": {"1h", "90d", "36h30m"},
		"JOBALERT_REDIS_URL": {
			"redis://h", "redis://:p%40ss@h:6380/3", "rediss://user:pw@h", "unix:///run/redis.sock", "redis://a:1?addr=b:2&addr=c:3",
		},
	} {
		for _, value := range good {
			environ := []string{
				"JOBALERT_KEYS_SECRET=" + longKey, "JOBALERT_MAIL_RELAYS_0_HOST=mx.example.com",
				"JOBALERT_SOURCES_0_FORMAT=ashby", "JOBALERT_SOURCES_0_BOARD=acme", name + "=" + value,
			}
			if _, err := Load("", environ, rules()); err != nil {
				t.Errorf("%s=%s is refused: %v", name, value, err)
			}
		}
	}
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	for name, bad := range map[string][]string{
		"JOBALERT_HTTP_LISTEN":          {"80", ":http", ":65536", ":-1", ":080", "a:b:c", "::1:80"},
		"JOBALERT_HTTP_BASE_URL":        {"ftp://x.example", "https://", "//x.example", "https://x.example?", "https://x.example#a", "https://x.example/jobs/", "https://%zz"},
		"JOBALERT_HTTP_TRUSTED_PROXIES": {"proxy.example", "10.0.0.0/33"},
		"JOBALERT_MAIL_FROM":            {"jobs", "jobs@localhost", "Jobs <jobs@example.com>", "a@b.example,c@d.example"},
		"JOBALERT_MAIL_LIST_ID":         {"jobs", "a b.example", ".example", "x@y.example"},
		"JOBALERT_MAIL_FEEDBACK_ID":     {"abcd", "sixteencharacter", "jobs:1", "jöbs1"},
		"JOBALERT_MAIL_RELAYS_0_HOST":   {"smtp.example.com:25", "smtp://x.example", "a b", "-x"},
		"JOBALERT_MAIL_RELAYS_0_PORT":   {"0", "65536", "25.0", "smtp"},
		"JOBALERT_HOOK_ALLOWED_ORIGINS": {"*", "a.example", "https://a.example/", "null", "https://*.example"[:8]},
		"JOBALERT_SOURCES_0_URL":        {"file:///etc/passwd", "https://u:p@x.example", "x"},
		"JOBALERT_REDIS_URL":            {"h:6379", "http://h", "redis://", "unix://"},
		"JOBALERT_DELIVERY_WORKERS":     {"-1", "10001", "8 "},
		"JOBALERT_LOG_LEVEL":            {"INFO", "trace"},
	} {
		for _, value := range bad {
			environ := []string{
				"JOBALERT_KEYS_SECRET=" + longKey, "JOBALERT_MAIL_RELAYS_0_HOST=mx.example.com",
				"JOBALERT_SOURCES_0_FORMAT=ashby", "JOBALERT_SOURCES_0_BOARD=acme", name + "=" + value,
			}
			if _, err := Load("", environ, rules()); err == nil {
				t.Errorf("%s=%s is taken", name, value)
			}
		}
	}
}
