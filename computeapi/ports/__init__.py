"""The interfaces between the core and its adapters. Each adapter says which one it implements."""
