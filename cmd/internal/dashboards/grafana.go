package dashboards

import "encoding/json"

// dashboard is one page of panels.
type dashboard struct {
	uid, title, about string
	rows              []row
}

// row is a heading and the panels below it, from left to right.
type row struct {
	title  string
	panels []panel
}

// panel shows one or several series.
type panel struct {
	title, about string
	kind         string // stat, timeseries or table
	unit         string // Grafana's name of it: s, ops, short, dateTimeFromNow
	series       []series
	// bad, where not 0, is the value from which a stat is red.
	bad float64
}

// series is an expression and what to call its lines.
type series struct{ expr, legend string }

const (
	gridWidth   = 24
	statHeight  = 4
	graphHeight = 8
)

// object is a JSON object.
type object = map[string]any

// source is the Prometheus that the reader of the dashboard chooses.
func source() object { return object{"type": "prometheus", "uid": "${datasource}"} }

// JSON is the dashboard as Grafana 10 and later import it.
func (d dashboard) JSON() ([]byte, error) {
	var panels []object
	id, y := 0, 0
	next := func() int { id++; return id }
	for _, r := range d.rows {
		panels = append(panels, object{"id": next(), "type": "row", "title": r.title, "collapsed": false, "panels": []object{},
			"gridPos": object{"x": 0, "y": y, "w": gridWidth, "h": 1}})
		y++
		height := r.height()
		for i, p := range r.panels {
			width := gridWidth / len(r.panels)
			shown := p.object(next())
			shown["gridPos"] = object{"x": i * width, "y": y, "w": width, "h": height}
			panels = append(panels, shown)
		}
		y += height
	}
	text, err := json.MarshalIndent(object{
		"uid": d.uid, "title": d.title, "description": d.about, "tags": []string{"jobalertd"},
		"schemaVersion": 39, "editable": true, "graphTooltip": 1, "timezone": "browser", "refresh": "30s",
		"time": object{"from": "now-6h", "to": "now"},
		"templating": object{"list": []object{
			{"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"},
		}},
		"links":  []object{{"type": "dashboards", "tags": []string{"jobalertd"}, "title": "jobalertd", "asDropdown": false, "keepTime": true}},
		"panels": panels,
	}, "", "  ")
	return append(text, '\n'), err
}

// height is that of the highest panel.
func (r row) height() int {
	for _, p := range r.panels {
		if p.kind != "stat" {
			return graphHeight
		}
	}
	return statHeight
}

func (p panel) object(id int) object {
	targets := make([]object, len(p.series))
	for i, s := range p.series {
		targets[i] = object{"refId": string(rune('A' + i)), "expr": s.expr, "legendFormat": s.legend, "datasource": source()}
		if p.kind == "table" {
			targets[i]["instant"], targets[i]["format"] = true, "table"
		}
	}
	defaults := object{"unit": p.unit, "min": 0}
	switch {
	case p.kind == "timeseries":
		defaults["custom"] = object{"fillOpacity": 10, "showPoints": "never", "lineWidth": 1}
	case p.bad != 0:
		defaults["thresholds"] = object{"mode": "absolute", "steps": []object{{"color": "green", "value": nil}, {"color": "red", "value": p.bad}}}
	}
	return object{
		"id": id, "type": p.kind, "title": p.title, "description": p.about, "datasource": source(), "targets": targets,
		"fieldConfig": object{"defaults": defaults, "overrides": []object{}},
		"options":     p.options(),
	}
}

func (p panel) options() object {
	switch p.kind {
	case "stat":
		return object{"reduceOptions": object{"calcs": []string{"lastNotNull"}}, "colorMode": "value", "graphMode": "area"}
	case "timeseries":
		return object{"legend": object{"displayMode": "list", "placement": "bottom"}, "tooltip": object{"mode": "multi", "sort": "desc"}}
	}
	return object{"showHeader": true}
}
