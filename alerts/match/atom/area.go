package atom

import (
	"math"
	"slices"

	"jobalertd/alerts/gazetteer"
	"jobalertd/alerts/place"
	"jobalertd/alerts/text"
)

// areas finds the areas that hold a site. It looks at those that may, by country, city, or a
// map grid, and asks each of them.
type areas struct {
	countries map[string][]*area         // without a city
	cities    map[gazetteer.City][]*area // without circles
	names     map[string][]*area         // of cities, without circles
	cells     map[cell][]*area           // circles by the cells they touch
	wide      []*area                    // circles that touch very many
	centres   map[string][]*area         // circles by the names of their cities, for sites that have no coordinates
}

// area is a place of filters, looked up.
type area struct {
	atom   uint32
	ground place.Ground
	city   gazetteer.City
	known  bool
	// centre is a unit vector; reach is the square of the chord that spans the radius, and a little
	// more; inside is that of a little less, or negative.
	centre        [3]float64
	reach, inside float64
}

func newAreas() areas {
	return areas{
		countries: map[string][]*area{}, cities: map[gazetteer.City][]*area{},
		names: map[string][]*area{}, cells: map[cell][]*area{}, centres: map[string][]*area{},
	}
}

func newArea(atom uint32, p place.Area) *area {
	a := &area{atom: atom, ground: p.Find()}
	if p.City == "" {
		return a
	}
	if a.city, a.known = gazetteer.Lookup(p.City, p.Region, p.Country); a.known {
		a.centre = vector(a.city.Lat, a.city.Lon)
		a.reach = chordSquared(a.angle())
		if a.inside = -1; a.ground.RadiusKM/earthKM/slack > slackAngle {
			a.inside = chordSquared(a.ground.RadiusKM/earthKM/slack - slackAngle)
		}
	}
	return a
}

// isCircle reports whether distance may decide.
func (a *area) isCircle() bool { return a.known && a.ground.RadiusKM > 0 }

// By how much the angle of a circle is larger than that of its radius: place decides about what lies
// between, whatever it takes the earth to be.
const earthKM, slack, slackAngle = 6371, 1.01, 1e-6

// angle is the radius as an angle at the centre of the earth, a little more than it is.
func (a *area) angle() float64 { return a.ground.RadiusKM/earthKM*slack + slackAngle }

// chordSquared is the square of the chord of an angle, on a sphere of radius 1.
func chordSquared(angle float64) float64 {
	chord := 2 * math.Sin(min(angle, math.Pi)/2)
	return chord * chord
}

func vector(lat, lon float64) [3]float64 {
	const degree = math.Pi / 180
	sinLat, cosLat := math.Sincos(lat * degree)
	sinLon, cosLon := math.Sincos(lon * degree)
	return [3]float64{cosLat * cosLon, cosLat * sinLon, sinLat}
}

// add makes an area known.
func (as *areas) add(a *area) {
	as.each(a, func(list []*area) []*area { return append(list, a) })
}

// remove makes an area unknown.
func (as *areas) remove(atom uint32, p place.Area) {
	as.each(newArea(atom, p), func(list []*area) []*area {
		return slices.DeleteFunc(list, func(a *area) bool { return a.atom == atom })
	})
}

// each changes every list that an area stands in.
func (as *areas) each(a *area, edit func([]*area) []*area) {
	if a.ground.City == "" {
		change(as.countries, a.ground.Country, edit)
		return
	}
	name := text.Key(a.ground.City)
	if !a.isCircle() {
		change(as.names, name, edit)
		if a.known {
			change(as.cities, a.city, edit)
		}
		return
	}
	change(as.centres, name, edit)
	if cells := a.cells(); cells == nil {
		as.wide = edit(as.wide)
	} else {
		for _, c := range cells {
			change(as.cells, c, edit)
		}
	}
}

func change[K comparable](lists map[K][]*area, k K, edit func([]*area) []*area) {
	if list := edit(lists[k]); len(list) > 0 {
		lists[k] = list
	} else {
		delete(lists, k)
	}
}

// holding visits the areas that hold a site, some of them twice.
func (as *areas) holding(s *site, visit func(atom uint32)) {
	ask := func(candidates []*area) {
		for _, a := range candidates {
			if a.ground.Holds(s.Site) {
				visit(a.atom)
			}
		}
	}
	ask(as.countries[s.Country])
	ask(as.names[s.name])
	if s.known {
		ask(as.cities[s.city])
	}
	switch {
	case !s.located:
		ask(as.centres[s.name])
		return
	case !s.onMap():
		ask(as.wide)
		for _, circles := range as.cells {
			ask(circles)
		}
		return
	}
	at := vector(s.lat, s.lon)
	for _, circles := range [][]*area{as.wide, as.cells[cellAt(s.lat, s.lon)]} {
		for _, a := range circles {
			x, y, z := a.centre[0]-at[0], a.centre[1]-at[1], a.centre[2]-at[2]
			if chord := x*x + y*y + z*z; chord <= a.inside || chord <= a.reach && a.ground.Holds(s.Site) {
				visit(a.atom)
			}
		}
	}
}

// cell is a square of the map, cellDegrees wide and high.
type cell struct{ row, column int16 }

const (
	cellDegrees = 2
	cellColumns = 360 / cellDegrees
	// maxCells is how many cells a circle is entered in at most.
	maxCells = 500
)

func cellAt(lat, lon float64) cell {
	return cell{latRow(lat), int16(math.Floor((lon+180)/cellDegrees)) % cellColumns}
}

func latRow(lat float64) int16 { return int16(math.Floor((lat + 90) / cellDegrees)) }

// cells is the cells that a circle may touch, nil where these are very many.
func (a *area) cells() []cell {
	const degree = math.Pi / 180
	angle := a.angle()
	south, north := a.city.Lat-angle/degree, a.city.Lat+angle/degree
	if south <= -90 || north >= 90 {
		return nil // it holds a pole, and so touches all meridians
	}
	// The meridians that touch a circle leave its centre at this angle.
	side := math.Asin(min(1, math.Sin(angle)/math.Cos(a.city.Lat*degree))) / degree
	west, east := math.Floor((a.city.Lon-side+180)/cellDegrees), math.Floor((a.city.Lon+side+180)/cellDegrees)
	if (east-west+1)*float64(latRow(north)-latRow(south)+1) > maxCells || east-west+1 > cellColumns {
		return nil
	}
	var cells []cell
	for r := latRow(south); r <= latRow(north); r++ {
		for c := int(west); c <= int(east); c++ {
			cells = append(cells, cell{r, int16((c + 2*cellColumns) % cellColumns)})
		}
	}
	return cells
}
