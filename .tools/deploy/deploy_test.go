// Package deploy holds the files under deploy/ against the types of those who read them, as strictly
// as they do at their strictest: an unknown or misspelt field fails.
package deploy

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "k8s.io/apimachinery/pkg/runtime/serializer/json"
)

const folder = "../../deploy/"

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(folder + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestKubernetesKnowsEveryFieldOfTheManifests(t *testing.T) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{appsv1.AddToScheme, corev1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	strict := kjson.NewSerializerWithOptions(kjson.DefaultMetaFactory, scheme, scheme, kjson.SerializerOptions{Yaml: true, Strict: true})
	kinds := map[string]int{}
	for document := range bytes.SplitSeq(read(t, "kubernetes/jobalertd.yaml"), []byte("\n---\n")) {
		object, kind, err := strict.Decode(document, nil, nil)
		if err != nil {
			t.Errorf("%v:\n%s", err, document)
			continue
		}
		kinds[kind.Kind]++
		if d, ok := object.(*appsv1.Deployment); ok {
			checkPod(t, d.Spec.Template.Spec)
		}
	}
	for _, kind := range []string{"Deployment", "Service", "ConfigMap", "Secret", "PodDisruptionBudget", "NetworkPolicy"} {
		if kinds[kind] != 1 {
			t.Errorf("%d objects of kind %s", kinds[kind], kind)
		}
	}
}

// checkPod is what the operator's guide promises of the pod.
func checkPod(t *testing.T, pod corev1.PodSpec) {
	t.Helper()
	c := pod.Containers[0]
	if c.StartupProbe == nil || c.LivenessProbe == nil || c.ReadinessProbe == nil {
		t.Error("a probe is missing")
	}
	if s := c.SecurityContext; s == nil || !*s.ReadOnlyRootFilesystem || *s.AllowPrivilegeEscalation || !*pod.SecurityContext.RunAsNonRoot {
		t.Error("the container may do more than it needs")
	}
	names := map[string]bool{}
	for _, v := range pod.Volumes {
		names[v.Name] = true
	}
	for _, m := range c.VolumeMounts {
		if !names[m.Name] {
			t.Errorf("no volume is called %s", m.Name)
		}
	}
}

func TestComposeKnowsEveryFieldOfItsFile(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{folder + "compose/compose.yaml"}, cli.WithWorkingDirectory(folder+"compose"))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, service := range project.Services {
		if service.Restart == "" {
			t.Errorf("%s is not restarted after a fault", name)
		}
		for _, v := range service.Volumes {
			if v.Type == "bind" {
				if _, err := os.Stat(v.Source); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		for _, p := range service.Ports {
			if p.HostIP != "127.0.0.1" {
				t.Errorf("%s: port %s is open to everybody", name, p.Published)
			}
		}
	}
	build := project.Services["jobalertd"].Build
	if _, err := os.Stat(filepath.Join(build.Context, build.Dockerfile)); err != nil {
		t.Error(err)
	}
}

func TestTheContainerFileIsUnderstoodAndRunsAsNobody(t *testing.T) {
	parsed, err := parser.Parse(bytes.NewReader(read(t, "container/Containerfile")))
	if err != nil {
		t.Fatal(err)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := map[string]string{}
	for _, command := range stages[len(stages)-1].Commands {
		last[command.Name()] = command.(interface{ String() string }).String()
	}
	if !strings.Contains(last["USER"], "65532") || !strings.Contains(last["HEALTHCHECK"], "healthcheck") || last["ENTRYPOINT"] == "" {
		t.Errorf("its last stage says %v", last)
	}
}
