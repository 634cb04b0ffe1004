// Package dashboards makes the Grafana dashboards under deploy/grafana, from tables of panels.
//
// # Decisions
//
// They are made here and not in Grafana, so that every panel looks alike, a change of a metric's name
// is one line, and a test can ask Prometheus whether it understands each expression. Every panel says
// what it shows and when to worry, for whoever opens it at night.
package dashboards
