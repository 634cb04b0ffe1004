package normalize

import (
	"jobalertd/alerts/skill"
	"testing"
)

func TestDbgPlace(t *testing.T) {
	n := New(skill.Shipped())
	for _, s := range []string{"Berlin", "Berlin, Germany", "Remote (EU)", "SF, SJ, NYC", "San Jose, New York, or San Francisco", "REMOTE (EU/Asia/Americas -- no US)", "Remote (non-U.S.)", "Belo Horizonte", "CA", "Remote - CA", "Toronto, CA", "Hollywood, Florida", "Georgia", "Tbilisi, Georgia", "Atlanta, Georgia", "US, CA, Santa Clara", "Remote (UK Only)", "Washington", "Panama City, Panama", "New York, NY", "Buffalo, New York", "NY", "Remote, TX", "Oahu, HI", "Karnataka, India", "Munich / Berlin / Remote (Germany)", "Cambridge, MA", "Cambridge, UK", "Portland", "Paris, TX", "IT", "Greater London Area", "San Francisco Bay Area or Remote", "Product", "Figma", "Cyprus", "Remote Europe or UK", "Boston, MA or remote (US only)", "Yokneam Ilit, North District, Israel (Hybrid)", "Remote (Worldwide, -US)"} {
		p := n.readPlace(s)
		a := p.areas
		if len(a) > 5 {
			a = a[:5]
		}
		t.Logf("%-50q whole=%v areas=%v excl=%v", s, p.whole, a, p.excluded)
		for _, l := range p.locations {
			t.Logf("        %s|%s|%s", l.City, l.Region, l.Country)
		}
	}
}
