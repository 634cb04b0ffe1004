package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestTheConfigurationsUnderDeployHaveNoFault reads the ones that stand in other files' formats, too.
func TestTheConfigurationsUnderDeployHaveNoFault(t *testing.T) {
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(deploy, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	compose := read("compose/jobalertd.yaml")
	var manifest struct {
		Data       map[string]string `yaml:"data"`
		StringData map[string]string `yaml:"stringData"`
	}
	files := map[string]string{}
	for document := range strings.SplitSeq(read("kubernetes/jobalertd.yaml"), "\n---\n") {
		if err := yaml.Unmarshal([]byte(document), &manifest); err != nil {
			t.Fatal(err)
		}
		for name, text := range manifest.StringData {
			files["secrets/"+name] = text
		}
	}
	kubernetes := strings.ReplaceAll(manifest.Data["jobalertd.yaml"], "/run/secrets/jobalertd/", "secrets/")
	if !strings.Contains(kubernetes, "url_file: secrets/redis_url") {
		t.Fatalf("the ConfigMap holds %q", kubernetes)
	}
	for name, text := range map[string]string{"compose": compose, "kubernetes": kubernetes} {
		t.Run(name, func(t *testing.T) {
			files["jobalertd.yaml"] = text
			loaded := mustLoad(t, files)
			if name == "kubernetes" {
				if err := loaded.CheckServe(); err != nil {
					t.Errorf("it is not fit to serve: %v", err)
				}
			}
		})
	}
}
