# Renders job templates as a director does, for tests: reads a request as JSON on standard input, writes the files.
#
# Request: {"job_folder": "...", "target": "...", "properties": {...}, "spec": {...}, "links": {"name": {"instances": [...], "properties": {...}}}}
require 'erb'
require 'fileutils'
require 'json'
require 'ostruct'
require 'yaml'

class Properties
  def initialize(values, defaults)
    @values, @defaults = values, defaults
  end

  def get(names, fallback)
    Array(names).each do |name|
      value = dig(name)
      return value unless value.nil?
    end
    return fallback[0] unless fallback.empty?
    raise "unknown property #{names}"
  end

  def dig(name)
    value = name.split('.').reduce(@values) { |at, key| at.is_a?(Hash) ? at[key] : nil }
    value.nil? ? @defaults[name] : value
  end
end

class Link
  attr_reader :instances

  def initialize(given)
    @properties = Properties.new(given['properties'], {})
    @instances = given['instances'].map { |instance| Member.new(instance, @properties) }
  end

  def p(names, *fallback)
    @properties.get(names, fallback)
  end
end

class Member < OpenStruct
  def initialize(values, properties)
    super(values)
    @shared = properties
  end

  def p(names, *fallback)
    @shared.get(names, fallback)
  end
end

class Context
  attr_reader :spec

  def initialize(request, defaults)
    @properties = Properties.new(request['properties'], defaults)
    @links = request['links']
    @spec = OpenStruct.new(request['spec'])
  end

  def p(names, *fallback)
    @properties.get(names, fallback)
  end

  def link(name)
    Link.new(@links.fetch(name))
  end

  def render(template)
    ERB.new(File.read(template), trim_mode: '-').tap { |erb| erb.filename = template }.result(binding)
  end
end

request = JSON.parse($stdin.read)
folder = request['job_folder']
definition = YAML.load_file(File.join(folder, 'spec'))
defaults = (definition['properties'] || {}).transform_values { |property| property['default'] }
context = Context.new(request, defaults)
definition['templates'].each do |source, target|
  path = File.join(request['target'], target)
  FileUtils.mkdir_p(File.dirname(path))
  File.write(path, context.render(File.join(folder, 'templates', source)))
  File.chmod(target.start_with?('bin/') ? 0o750 : 0o640, path)
end
FileUtils.cp(File.join(folder, 'monit'), File.join(request['target'], 'monit'))
