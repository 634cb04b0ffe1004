package week

import (
	"testing"

	"jobalertd/alerts/normalize/phrase"
)

func TestDaysAtTheOfficeAndAtHome(t *testing.T) {
	for _, test := range []struct {
		text         string
		office, home int
	}{
		{"You have two remote days a week.", 0, 2},
		{"Zwei Tage Homeoffice in der Woche.", 0, 2},
		{"The team meets in the office on Tuesdays and Thursdays.", 2, 0},
		{"We give you 30 days of holiday.", 0, 0},
		{"Our release day is Monday.", 0, 0},
		{"", 0, 0},
	} {
		t.Run(test.text, func(t *testing.T) {
			office, home := Of(phrase.Split(test.text))
			if office != test.office || home != test.home {
				t.Errorf("office %d, home %d; want %d and %d", office, home, test.office, test.home)
			}
		})
	}
}
