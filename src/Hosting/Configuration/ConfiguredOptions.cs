using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace TypedShmQueue.Hosting.Configuration;

/// <summary>
/// Options of one registration: their defaults, then the host's configuration, then the program's callback; checked when the host starts.
/// </summary>
internal static class ConfiguredOptions
{
    /// <summary>A key that no option has is an error: it is a misspelt one.</summary>
    public static void Strictly(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;

    /// <param name="services">Where they are registered.</param>
    /// <param name="name">The name of the options.</param>
    /// <param name="sections">The paths of their sections, read one after another; a host without a configuration, or without such a
    /// section, has none.</param>
    /// <param name="bind">Sets the options from the section.</param>
    /// <param name="configure">The program's callback.</param>
    public static void Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        IServiceCollection services, string name, string[] sections, Action<IConfigurationSection, TOptions> bind,
            Action<TOptions>? configure)
        where TOptions : class
    {
        foreach (string section in sections) services.AddSingleton(new ReadSection(section));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UnreadSections>());
        OptionsBuilder<TOptions> options = services.AddOptions<TOptions>(name);
        options.Configure<IServiceProvider>((bound, provider) =>
        {
            if (provider.GetService<IConfiguration>() is not { } configuration) return;
            foreach (IConfigurationSection section in sections.Select(configuration.GetSection).Where(static section => section.Exists()))
            {
                try
                {
                    bind(section, bound);
                }
                catch (InvalidOperationException e)
                {
                    throw new OptionsValidationException(name, typeof(TOptions),
                        [$"The configuration section '{section.Path}' cannot be read. {e.Message.TrimEnd('.')}."]);
                }
            }
        });
        if (configure != null) options.Configure(configure);
        options.ValidateOnStart();
    }
}
