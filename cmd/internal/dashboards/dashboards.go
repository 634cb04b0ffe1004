package dashboards

import "fmt"

// All are the dashboards by the name of their file, as JSON.
func All() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, d := range []dashboard{overview(), sources(), delivery(), people()} {
		text, err := d.JSON()
		if err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", d.uid, err)
		}
		files[d.uid+".json"] = text
	}
	return files, nil
}

// quantile is the expression of a quantile of a histogram over five minutes, by labels.
func quantile(q, histogram, by string) string {
	if by != "" {
		by = ", " + by
	}
	return fmt.Sprintf("histogram_quantile(%s, sum by (le%s) (rate(%s_bucket[5m])))", q, by, histogram)
}

// perSecond is the expression of a counter's rate by labels.
func perSecond(counter, by string) string {
	return fmt.Sprintf("sum by (%s) (rate(%s[5m]))", by, counter)
}

func overview() dashboard {
	return dashboard{"jobalertd-overview", "jobalertd / Overview", "Whether people are served: start here.", []row{
		{"Is all well?", []panel{
			{title: "Replicas", kind: "stat", unit: "short", about: "Replicas that answer scrapes.", series: []series{{"count(jobalert_build_info)", ""}}},
			{title: "Leaders", kind: "stat", unit: "short", about: "1 in good times. 0: no replica runs the cron jobs, so boards are not read and alerts not served.",
				series: []series{{"sum(jobalert_leader)", ""}}},
			{title: "Oldest letter", kind: "stat", unit: "s", bad: 900, about: "Age of the oldest letter that is not put off. Minutes mean that mails are late.",
				series: []series{{"max(jobalert_outbox_oldest_age_seconds)", ""}}},
			{title: "Dead letters", kind: "stat", unit: "short", bad: 1, about: "Letters that were given up: jobalertd outbox dead lists them with the reason.",
				series: []series{{`max(jobalert_outbox_letters{state="dead"})`, ""}}},
			{title: "Paused relays", kind: "stat", unit: "short", bad: 1, about: "Relays that are left alone after trouble.",
				series: []series{{"sum(max by (relay) (jobalert_relay_paused))", ""}}},
			{title: "Refused configuration", kind: "stat", unit: "short", bad: 1, about: "Replicas whose last reload was refused: their log says why.",
				series: []series{{"count(jobalert_config_last_reload_successful == 0) or vector(0)", ""}}},
		}},
		{"On time", []panel{
			{title: "From posting to mail", kind: "timeseries", unit: "s", about: "From a posting being known to the relay having taken the instant alert about it. The promise is under 5 s for 99 of 100.",
				series: []series{{quantile("0.5", "jobalert_posting_to_mail_seconds", ""), "half"}, {quantile("0.99", "jobalert_posting_to_mail_seconds", ""), "99 of 100"}}},
			{title: "Alerts due", kind: "timeseries", unit: "ops", about: "Alerts that were due and looked at, by cadence. Daily and weekly ones come in waves, on the hour of each time zone.",
				series: []series{{perSecond("jobalert_alerts_due_total", "cadence"), "{{cadence}}"}}},
			{title: "Time to match", kind: "timeseries", unit: "s", about: "Time to match all due filters, per run.",
				series: []series{{quantile("0.99", "jobalert_match_duration_seconds", ""), "99 of 100"}}},
		}},
		{"Work", []panel{
			{title: "Letters", kind: "timeseries", unit: "ops", about: "Letters, by kind and what became of them.",
				series: []series{{perSecond("jobalert_letters_total", "kind, result"), "{{kind}}: {{result}}"}}},
			{title: "New postings", kind: "timeseries", unit: "ops", about: "Postings that sources handed in, by what they turned out to be.",
				series: []series{{perSecond("jobalert_postings_total", "result"), "{{result}}"}}},
			{title: "Cron jobs: time since the last good run", kind: "timeseries", unit: "s", about: "alerts runs every minute, the others less often; a line that climbs is a job that fails.",
				series: []series{{"time() - max by (exported_job) (jobalert_job_last_success_timestamp_seconds)", "{{exported_job}}"}}},
			{title: "Spans", kind: "timeseries", unit: "ops", about: "Spans of traces given to the collector. dropped ones are lost to the traces, and to nothing else.",
				series: []series{{perSecond("jobalert_spans_total", "result"), "{{result}}"}}},
		}},
		{"Machine", []panel{
			{title: "Requests", kind: "timeseries", unit: "ops", about: "Requests on the public listener.",
				series: []series{{perSecond("jobalert_http_request_duration_seconds_count", "route, code"), "{{route}} {{code}}"}}},
			{title: "Time to answer", kind: "timeseries", unit: "s", about: "99 of 100 requests on the public listener are answered faster.",
				series: []series{{quantile("0.99", "jobalert_http_request_duration_seconds", "route"), "{{route}}"}}},
			{title: "Redis errors", kind: "timeseries", unit: "ops", about: "Redis commands that failed. Any steady rate means trouble.",
				series: []series{{perSecond("jobalert_redis_errors_total", "op"), "{{op}}"}}},
			{title: "Memory", kind: "timeseries", unit: "bytes", about: "Resident memory of each replica; it grows with postings and filters, and with nothing else.",
				series: []series{{"process_resident_memory_bytes * on (instance) group_left () jobalert_build_info", "{{instance}}"}}},
		}},
	}}
}

func sources() dashboard {
	return dashboard{"jobalertd-sources", "jobalertd / Sources", "Whether boards are read, and what they bring.", []row{
		{"Boards", []panel{
			{title: "Open postings", kind: "stat", unit: "short", about: "Open postings in a replica's memory.", series: []series{{"max(jobalert_postings_open)", ""}}},
			{title: "Boards", kind: "stat", unit: "short", about: "Boards that were read to the end at least once.", series: []series{{"count(max by (source) (jobalert_source_last_success_timestamp_seconds))", ""}}},
			{title: "Boards not read for six hours", kind: "stat", unit: "short", bad: 1, about: "Their new postings reach nobody: see the table below.",
				series: []series{{"count(time() - max by (source) (jobalert_source_last_success_timestamp_seconds) > 6 * 3600) or vector(0)", ""}}},
		}},
		{"Reading", []panel{
			{title: "Polls", kind: "timeseries", unit: "ops", about: "Polls by result. ok and unchanged are good.",
				series: []series{{perSecond("jobalert_source_fetches_total", "result"), "{{result}}"}}},
			{title: "Failing boards", kind: "timeseries", unit: "ops", about: "Polls that failed, by board and why.",
				series: []series{{`sum by (source, result) (rate(jobalert_source_fetches_total{result!~"ok|unchanged"}[15m])) > 0`, "{{source}}: {{result}}"}}},
			{title: "Postings by source", kind: "timeseries", unit: "ops", about: "New postings by board.",
				series: []series{{`sum by (source) (rate(jobalert_postings_total{result="new"}[15m])) > 0`, "{{source}}"}}},
		}},
		{"Each board", []panel{
			{title: "Last read", kind: "table", unit: "dateTimeFromNow", about: "When each board was last read to the end.",
				series: []series{{"max by (source) (jobalert_source_last_success_timestamp_seconds) * 1000", ""}}},
		}},
	}}
}

func delivery() dashboard {
	return dashboard{"jobalertd-delivery", "jobalertd / Delivery", "Whether mails leave, and what the world answers.", []row{
		{"Outbox", []panel{
			{title: "Letters in the outbox", kind: "timeseries", unit: "short", about: "ready and in_hand go down to nothing between runs; waiting are retries; dead ones were given up.",
				series: []series{{"max by (state) (jobalert_outbox_letters)", "{{state}}"}}},
			{title: "Oldest letter", kind: "timeseries", unit: "s", about: "Age of the oldest letter that is not put off.",
				series: []series{{"max(jobalert_outbox_oldest_age_seconds)", "age"}}},
			{title: "Failures of your templates", kind: "timeseries", unit: "short", about: "Mails that the built-in templates wrote because one of yours failed on them: the log says where.",
				series: []series{{"sum by (kind) (increase(jobalert_template_failures_total[15m])) > 0", "{{kind}}"}}},
		}},
		{"Relays", []panel{
			{title: "Deliveries", kind: "timeseries", unit: "ops", about: "Attempts by relay and what the relay answered.",
				series: []series{{perSecond("jobalert_delivery_duration_seconds_count", "relay, result"), "{{relay}}: {{result}}"}}},
			{title: "Time per mail", kind: "timeseries", unit: "s", about: "Time to hand one mail to a relay.",
				series: []series{{quantile("0.5", "jobalert_delivery_duration_seconds", "relay"), "{{relay}}: half"}, {quantile("0.99", "jobalert_delivery_duration_seconds", "relay"), "{{relay}}: 99 of 100"}}},
			{title: "Paused", kind: "timeseries", unit: "short", about: "1 while a relay is left alone after trouble.",
				series: []series{{"max by (relay) (jobalert_relay_paused)", "{{relay}}"}}},
		}},
		{"Answers", []panel{
			{title: "Bounces and complaints", kind: "timeseries", unit: "ops", about: "Reports about mails of ours, by verdict. Complaints above 1 in 1,000 mails cost the reputation of the domain.",
				series: []series{{perSecond("jobalert_bounces_total", "verdict"), "{{verdict}}"}}},
			{title: "Suppressed addresses", kind: "timeseries", unit: "ops", about: "Addresses that were suppressed, by reason.",
				series: []series{{perSecond("jobalert_suppressed_total", "reason"), "{{reason}}"}}},
			{title: "In doubt", kind: "timeseries", unit: "short", about: "Mails of which nobody knows whether the relay took them: each may have come twice, or not at all.",
				series: []series{{"sum(increase(jobalert_in_doubt_total[15m]))", "mails"}}},
		}},
	}}
}

func people() dashboard {
	return dashboard{"jobalertd-subscribers", "jobalertd / Subscribers", "Who signs up, confirms, stays and leaves. No panel shows a person.", []row{
		{"People", []panel{
			{title: "Subscribers", kind: "timeseries", unit: "short", about: "Subscribers by state, and how many cannot be read.",
				series: []series{{"max by (state) (jobalert_subscribers)", "{{state}}"}, {"max(jobalert_subscribers_unreadable)", "unreadable"}}},
			{title: "Distinct filters", kind: "timeseries", unit: "short", about: "Equal filters are matched once.", series: []series{{"max(jobalert_filters)", "filters"}}},
		}},
		{"Coming and going", []panel{
			{title: "Signups", kind: "timeseries", unit: "ops", about: "Signups by form and hook, by result.", series: []series{{perSecond("jobalert_signups_total", "result"), "{{result}}"}}},
			{title: "Previews refused", kind: "timeseries", unit: "ops", about: "Questions of strangers what a filter would find that were too many from one IP address.",
				series: []series{{"sum(rate(jobalert_previews_braked_total[5m]))", "refused"}}},
			{title: "Confirmations", kind: "timeseries", unit: "ops", about: "Addresses confirmed, by how.", series: []series{{perSecond("jobalert_confirmations_total", "via"), "{{via}}"}}},
			{title: "Unsubscribes", kind: "timeseries", unit: "ops", about: "Wishes to hear no more, by how. A wave after a digest means that it did not please.",
				series: []series{{perSecond("jobalert_unsubscribes_total", "via"), "{{via}}"}}},
		}},
		{"A day", []panel{
			{title: "Signups today", kind: "stat", unit: "short", about: "In the last 24 hours.", series: []series{{"sum(increase(jobalert_signups_total[1d]))", ""}}},
			{title: "Confirmed today", kind: "stat", unit: "short", about: "In the last 24 hours.", series: []series{{"sum(increase(jobalert_confirmations_total[1d]))", ""}}},
			{title: "Left today", kind: "stat", unit: "short", about: "In the last 24 hours.", series: []series{{"sum(increase(jobalert_unsubscribes_total[1d]))", ""}}},
			{title: "Mails today", kind: "stat", unit: "short", about: "Mails that relays took in the last 24 hours.", series: []series{{`sum(increase(jobalert_letters_total{result="sent"}[1d]))`, ""}}},
		}},
	}}
}
