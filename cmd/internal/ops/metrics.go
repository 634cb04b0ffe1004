package ops

import (
	"cmp"
	"runtime"
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Build names the program that runs.
type Build struct {
	Version   string // as stamped by the build: v1.2.3, or "unknown"
	Revision  string // the commit, or "unknown"
	GoVersion string
}

// ReadBuild names the running program; version is what its build stamped, empty where it did not.
func ReadBuild(version string) Build {
	b := Build{GoVersion: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		version = cmp.Or(version, info.Main.Version)
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				b.Revision = s.Value
			}
		}
	}
	b.Version = cmp.Or(version, "unknown")
	b.Revision = cmp.Or(b.Revision, "unknown")
	return b
}

// Register adds the metrics of the process as a whole: the build, the Go runtime, memory, files.
func Register(reg prometheus.Registerer, build Build) {
	if reg == nil {
		return
	}
	promauto.With(reg).NewGauge(prometheus.GaugeOpts{
		Name: "jobalert_build_info",
		Help: "Always 1; the labels name the program that runs.",
		ConstLabels: prometheus.Labels{
			"version": build.Version, "revision": build.Revision, "goversion": build.GoVersion,
		},
	}).Set(1)
	reg.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
}
