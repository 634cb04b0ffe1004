// Package status is the operator's page: what the metrics say now, and how it went for the last hour,
// for those who have no Grafana.
//
// # Decisions
//
// It remembers what it shows by gathering the metrics as often as Prometheus does, and
// knows nothing of the rooms: what is worth a line on the page is worth a metric.
package status
