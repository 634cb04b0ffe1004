package language

import (
	"testing"

	"jobalertd/alerts/normalize/phrase"
)

func TestTheLanguageOfAText(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"English", "You will work with our team on the services that run the whole of our platform, and you are not alone.", "en"},
		{"German", "Du arbeitest mit unserem Team an den Diensten, die auf der Plattform laufen, und wir sind für dich da.", "de"},
		{"French", "Vous travaillez avec notre équipe sur les services de la plateforme, et nous sommes là pour vous.", "fr"},
		{"Spanish", "Trabajarás con el equipo en los servicios de la plataforma, y con las personas que la usan.", "es"},
		{"Ukrainian by its letters", "Ми шукаємо розробника, який знає Go та має досвід з базами даних, її команда чекає", "uk"},
		{"Japanese by its letters", "私たちはバックエンドエンジニアを募集しています", "ja"},
		{"too short to tell", "Backend Engineer", ""},
		{"no words at all", "12345 67890", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := New().Of(phrase.Split(test.text)); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
