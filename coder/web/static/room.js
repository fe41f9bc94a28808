// Keys and smoothness for the audit room. Every page works without this file.
