package arch

import (
	"fmt"
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// contract lists the metrics that operators may build on; deploy/README.md explains them.
func contract() []string {
	return []string{
		"jobalert_alerts_due_total",
		"jobalert_bounces_total",
		"jobalert_build_info",
		"jobalert_config_last_reload_successful",
		"jobalert_confirmations_total",
		"jobalert_delivery_duration_seconds",
		"jobalert_filters",
		"jobalert_http_request_duration_seconds",
		"jobalert_in_doubt_total",
		"jobalert_job_last_success_timestamp_seconds",
		"jobalert_job_runs_total",
		"jobalert_leader",
		"jobalert_letters_total",
		"jobalert_match_duration_seconds",
		"jobalert_outbox_letters",
		"jobalert_outbox_oldest_age_seconds",
		"jobalert_posting_to_mail_seconds",
		"jobalert_postings_open",
		"jobalert_postings_total",
		"jobalert_previews_braked_total",
		"jobalert_redis_errors_total",
		"jobalert_relay_paused",
		"jobalert_retention_steps_total",
		"jobalert_signups_braked_total",
		"jobalert_signups_total",
		"jobalert_source_fetches_total",
		"jobalert_source_last_success_timestamp_seconds",
		"jobalert_spans_total",
		"jobalert_subscribers",
		"jobalert_subscribers_unreadable",
		"jobalert_suppressed_total",
		"jobalert_template_failures_total",
		"jobalert_unsubscribes_total",
	}
}

// namedMetrics: a metric that a rule, a dashboard or prose names is in the contract.
func namedMetrics(t *tree) []string {
	texts := maps.Clone(t.other)
	for _, doc := range t.prose {
		texts[doc.path] = doc.text
	}
	delete(texts, "Makefile")
	pattern := metricName()
	var problems []string
	for _, p := range slices.Sorted(maps.Keys(texts)) {
		for i, line := range strings.Split(texts[p], "\n") {
			for _, name := range pattern.FindAllString(line, -1) {
				if !slices.Contains(contract(), name) && !slices.Contains(contract(), baseMetric(name)) {
					problems = append(problems, fmt.Sprintf("%s:%d: %s is not a metric of the contract", p, i+1, name))
				}
			}
		}
	}
	return problems
}

func metricName() *regexp.Regexp { return regexp.MustCompile(`\bjobalert_[a-z_]*[a-z]`) }

// baseMetric is the metric that a series of a histogram belongs to.
func baseMetric(series string) string {
	for _, suffix := range []string{"_bucket", "_sum", "_count"} {
		if base, ok := strings.CutSuffix(series, suffix); ok {
			return base
		}
	}
	return series
}

// bornMetrics: a metric of ours that the code makes is in the contract, so that it is documented,
// and once there it is not renamed by accident.
func bornMetrics(t *tree) []string {
	pattern := metricName()
	var problems []string
	for _, f := range t.product() {
		if !strings.HasSuffix(f.path, "/metrics.go") {
			continue
		}
		eachString(f, func(lit *ast.BasicLit, text string) {
			if pattern.FindString(text) == text && text != "" && !slices.Contains(contract(), text) {
				problems = append(problems, t.at(lit, "%s is not in the contract; add it there and to deploy/README.md", text))
			}
		})
	}
	return problems
}

// keptMetrics: a house that exposes metrics at all exposes each of the contract, so that no rule and no
// dashboard waits for one that never comes.
func keptMetrics(t *tree) []string {
	pattern := metricName()
	born := map[string]bool{}
	for _, f := range t.product() {
		if strings.HasSuffix(f.path, "/metrics.go") {
			eachString(f, func(_ *ast.BasicLit, text string) { born[pattern.FindString(text)] = true })
		}
	}
	if !born["jobalert_build_info"] {
		return nil
	}
	var problems []string
	for _, name := range contract() {
		if !born[name] {
			problems = append(problems, fmt.Sprintf("no metrics.go makes %s of the contract", name))
		}
	}
	return problems
}

// explainedMetrics: the operator's guide explains each metric that the code makes.
func explainedMetrics(t *tree) []string {
	guide := ""
	for _, doc := range t.prose {
		if doc.path == "deploy/README.md" {
			guide = doc.text
		}
	}
	if guide == "" {
		return nil
	}
	explained := metricName().FindAllString(guide, -1)
	var problems []string
	for _, f := range t.product() {
		if !strings.HasSuffix(f.path, "/metrics.go") {
			continue
		}
		eachString(f, func(lit *ast.BasicLit, text string) {
			if slices.Contains(contract(), text) && !slices.Contains(explained, text) {
				problems = append(problems, t.at(lit, "deploy/README.md does not explain %s", text))
			}
		})
	}
	return problems
}
