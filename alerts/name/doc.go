// Package name brings the names of companies and the titles of jobs to a form in which the same one
// written twice is the same.
package name
